/** One record of a CSV file. */
export interface CsvRecord {
  /** The line of the file that it begins on, from 1; a cell may hold line breaks. */
  readonly line: number;
  readonly cells: readonly string[];
  /** How much of the file is read, for a progress bar. */
  readonly bytesRead: number;
}

/** A file that can be read more than once. */
export interface CsvSource {
  readonly name: string;
  readonly bytes: number;
  records(): AsyncIterable<CsvRecord>;
}

const FORMULA = /^'*[=+\-@\t\r]/;
const ESCAPED = /^'+[=+\-@\t\r]/;

// A spreadsheet runs a cell that begins with one of these signs. One apostrophe more makes it text there, and reading
// takes that one away again, so that every cell comes back as it was.
export const toCell = (text: string): string => (FORMULA.test(text) ? `'${text}` : text);
export const fromCell = (cell: string): string => (ESCAPED.test(cell) ? cell.slice(1) : cell);

/** One line as RFC 4180 has it, with the short line end that all tools read, for people with a spreadsheet. */
export const toCsvLine = (cells: readonly string[]): string => toPlainCsvLine(cells.map(toCell));

/** The same for a machine: each cell as it is. */
export const toPlainCsvLine = (cells: readonly string[]): string =>
  `${cells.map((cell) => quoted(cell, /[",\n\r]/)).join(',')}\n`;

const quoted = (text: string, when: RegExp): string => (when.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Several texts in one cell, separated by commas; a text that has one itself is quoted. */
export const joinList = (texts: readonly string[]): string =>
  texts.map((text) => quoted(text, /^\s|[",]|\s$/)).join(', ');

/** The other way. Blank and repeated texts are left out. */
export function splitList(cell: string): readonly string[] {
  const texts = [...cell.matchAll(/\s*(?:"((?:[^"]|"")*)"|([^,]*))\s*(?:,|$)/g)].map(([, inQuotes, plain]) =>
    inQuotes === undefined ? (plain ?? '').trim() : inQuotes.replaceAll('""', '"'),
  );
  return [...new Set(texts.filter((text) => text.trim() !== ''))];
}
