/** Nine elements per character, bar and gap in turn: w is wide, n is narrow. Source: ISO/IEC 16388. */
const PATTERNS: Readonly<Record<string, string>> = {
  0: 'nnnwwnwnn',
  1: 'wnnwnnnnw',
  2: 'nnwwnnnnw',
  3: 'wnwwnnnnn',
  4: 'nnnwwnnnw',
  5: 'wnnwwnnnn',
  6: 'nnwwwnnnn',
  7: 'nnnwnnwnw',
  8: 'wnnwnnwnn',
  9: 'nnwwnnwnn',
  B: 'nnwnnwnnw',
  S: 'nnwnnnwwn',
  X: 'nwnnwnnnw',
  '*': 'nwnnwnwnn',
};

const WIDE = 2.5;

export interface Bar {
  /** In narrow elements from the left. */
  readonly x: number;
  readonly width: number;
}

/** The bars of a tracking number, and how wide they are together in narrow elements. Scanners read it. */
export function code39(text: string): { readonly bars: readonly Bar[]; readonly width: number } {
  const bars: Bar[] = [];
  let x = 0;
  for (const character of `*${text}*`) {
    const pattern = PATTERNS[character];
    if (!pattern) throw new Error(`${JSON.stringify(character)} is in no tracking number`);
    for (const [index, element] of [...pattern].entries()) {
      const width = element === 'w' ? WIDE : 1;
      if (index % 2 === 0) bars.push({ x, width });
      x += width;
    }
    x += 1; // The gap between characters.
  }
  return { bars, width: x - 1 };
}
