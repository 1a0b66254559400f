/** One word of a query, cut and written as the index writes it. */
export interface QueryWord {
  readonly word: string;
  /** The word's English stem; null for words such as "the", which say nothing. */
  readonly stem: string | null;
  /** Whether any product has a word that begins so. */
  readonly known: boolean;
  /** For an unknown word, indexed words with similar letters. */
  readonly similar: readonly string[];
}

export interface Correction {
  readonly word: string;
  readonly replacements: readonly string[];
}

export interface SearchTerms {
  /** A PostgreSQL tsquery; null when there is nothing to look for. */
  readonly tsquery: string | null;
  readonly corrections: readonly Correction[];
}

const MAX_REPLACEMENTS = 3;

/** All words must occur; an unknown one may stand for the nearest known ones. */
export function searchTerms(words: readonly QueryWord[]): SearchTerms {
  const telling = words.filter(({ stem }) => stem !== null);
  const used = telling.length > 0 ? telling : words;
  const corrections = used
    .filter(({ known }) => !known)
    .map(({ word, similar }) => ({ word, replacements: nearestWords(word, similar) }))
    .filter(({ replacements }) => replacements.length > 0);
  const terms = used.map(({ word, stem }) => {
    const replacements = corrections.find((one) => one.word === word)?.replacements ?? [];
    return `(${[`${quote(word)}:*`, ...[stem ?? word, ...replacements].map(quote)].join(' | ')})`;
  });
  return { tsquery: terms.length > 0 ? terms.join(' & ') : null, corrections };
}

/** Those of the candidates that one slip of the finger explains, or two in a long word; only the nearest. */
export function nearestWords(word: string, candidates: readonly string[]): readonly string[] {
  if (/^\d+$/.test(word)) return [];
  const allowed = word.length < 3 ? 0 : word.length < 6 ? 1 : 2;
  const near = candidates
    .map((candidate) => ({ candidate, distance: editDistance(word, candidate) }))
    .filter(({ distance }) => distance > 0 && distance <= allowed);
  const least = Math.min(...near.map(({ distance }) => distance));
  return near
    .filter(({ distance }) => distance === least)
    .slice(0, MAX_REPLACEMENTS)
    .map(({ candidate }) => candidate);
}

/** Letters to insert, delete, replace, or swap with a neighbour to make one word of the other. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        at(last, j) + 1,
        at(row, j - 1) + 1,
        at(last, j - 1) + same,
        swapped ? at(beforeLast, j - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    beforeLast = last;
    last = row;
  }
  return at(last, b.length);
}

const at = (row: readonly number[], index: number): number => row[index] ?? Number.POSITIVE_INFINITY;

const quote = (lexeme: string): string => `'${lexeme.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
