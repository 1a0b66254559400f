import { styleText } from 'node:util';

export interface Progress {
  /** `share` from 0 to 1. */
  show(label: string, share: number): void;
  /** Something to be read, which the bar must not overwrite. */
  say(line: string): void;
  end(): void;
}

const WIDTH = 28;
const REDRAW_MS = 80;

/** A bar on a terminal; lines elsewhere, one for every tenth, so that a log stays readable. */
export function createProgress(stream: NodeJS.WriteStream): Progress {
  let [label, drawnAt, drawn, tenth] = ['', 0, -1, -1];
  const clear = () => {
    if (stream.isTTY && drawnAt > 0) stream.write('\r\x1b[2K');
  };
  return {
    show(next, share) {
      const now = performance.now();
      const isNew = next !== label;
      if (isNew) [label, drawn, tenth] = [next, -1, -1];
      if (stream.isTTY) {
        const percent = Math.floor(share * 100);
        if (percent === drawn || (!isNew && now - drawnAt < REDRAW_MS && share < 1)) return;
        [drawnAt, drawn] = [now, percent];
        stream.write(`\r\x1b[2K${bar(share)} ${next} ${percent} %`);
      } else if (Math.floor(share * 10) > tenth) {
        tenth = Math.floor(share * 10);
        stream.write(`${next} ${tenth * 10} %\n`);
      }
    },
    say(line) {
      clear();
      stream.write(`${line}\n`);
    },
    end() {
      clear();
      drawnAt = 0;
    },
  };
}

const bar = (share: number): string => {
  const full = Math.round(Math.min(share, 1) * WIDTH);
  return styleText('cyan', '█'.repeat(full)) + styleText('dim', '░'.repeat(WIDTH - full));
};
