import pg from 'pg';

const INT8 = 20;
const TIMESTAMP = 1114;
const INT8_ARRAY = 1016;

/** BIGINT as a number; a value that a number cannot hold exactly is refused rather than rounded. */
export function safeInteger(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new RangeError(`${text} does not fit in a JavaScript number: cast the column to text in this query`);
}

const parsers = new Map<number, (text: string) => unknown>([
  [INT8, safeInteger],
  [INT8_ARRAY, (text) => (text === '{}' ? [] : text.slice(1, -1).split(',').map(arrayItem))],
  // Prisma writes UTC into `timestamp`; pg would read it in the time zone of the machine.
  [TIMESTAMP, (text) => new Date(`${text.replace(' ', 'T')}Z`)],
]);

function arrayItem(text: string): number | null {
  return text === 'NULL' ? null : safeInteger(text);
}

function getTypeParser(oid: number, format?: string): (value: string) => unknown {
  const own = format === 'binary' ? undefined : parsers.get(oid);
  return own ?? pg.types.getTypeParser(oid, format as 'text');
}

/** Type parsers of our own pools only: Prisma brings its own with each query, and `pg.types` is shared by the process. */
export const poolTypes = { getTypeParser } as pg.CustomTypesConfig;
