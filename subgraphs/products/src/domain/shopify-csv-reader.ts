import { type CsvRecord, fromCell } from './csv.ts';
import { LIMITS } from './product.ts';
import { isWebAddress } from './product-draft.ts';
import type { Field, Layout } from './shopify-csv-columns.ts';
import { type Read, shown } from './shopify-csv-values.ts';

/** The lines of one product, which stand together in a file. */
export interface ProductLines {
  readonly handle: string;
  readonly records: readonly CsvRecord[];
  /** Found while the lines were gathered. */
  readonly issues: readonly LineIssue[];
}

/** More lines than any product can have: one for each variant and for each picture. */
export const MAX_LINES = LIMITS.variants + LIMITS.images;

export interface LineIssue {
  readonly line: number;
  /** The column's name; null when it is about the whole line. */
  readonly column: string | null;
  readonly message: string;
  /** True when the rest of the product can be taken without it: a picture. */
  readonly harmless?: boolean;
}

export interface Reader {
  readonly issues: LineIssue[];
  /** The cell; undefined when the file has no such column. */
  text(record: CsvRecord, field: Field): string | undefined;
  /** As the file has it; null when the file has no such column. */
  columnName(field: Field): string | null;
  at(record: CsvRecord, column: { readonly index: number }): string;
  /** Undefined when there is no such column or it is blank, and also when it is malformed, which is noted. */
  read<T>(record: CsvRecord, field: Field, parse: (cell: string) => Read<T>): T | undefined;
  /** The address of a picture. A malformed one is noted and left out: the product is worth more than a picture. */
  picture(record: CsvRecord, field: Field): string | null;
  note<T>(record: CsvRecord, column: string, read: Read<T>): T | undefined;
}

export function createReader({ fields }: Layout, issues: LineIssue[]): Reader {
  const at = (record: CsvRecord, { index }: { readonly index: number }) => fromCell(record.cells[index] ?? '');
  const text = (record: CsvRecord, field: Field) => {
    const column = fields[field];
    return column && at(record, column);
  };
  const note = <T>({ line }: CsvRecord, column: string, read: Read<T>): T | undefined => {
    if ('value' in read) return read.value;
    issues.push({ line, column, message: read.problem });
    return undefined;
  };
  return {
    issues,
    columnName: (field) => fields[field]?.name ?? null,
    at,
    text,
    note,
    picture(record, field) {
      const url = orNull(text(record, field));
      if (url === null || isWebAddress(url)) return url;
      const message = `${shown(url)} is no address of a picture. Write one that begins with https://. The product is taken without it.`;
      issues.push({ line: record.line, column: fields[field]?.name ?? null, message, harmless: true });
      return null;
    },
    read(record, field, parse) {
      const cell = text(record, field);
      return cell === undefined || cell.trim() === ''
        ? undefined
        : note(record, fields[field]?.name ?? field, parse(cell));
    },
  };
}

// Titles and the like have one line; Shopify lets them have more.
export const oneLine = (text: string): string => text.replace(/\s*[\r\n\t]\s*/g, ' ').trim();
export const orNull = (text: string | undefined): string | null => oneLine(text ?? '') || null;
