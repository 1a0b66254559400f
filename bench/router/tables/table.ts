type Value = string | number | null;

/** As it is printed, and as it is written: every row with its numbers by column. */
export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Value[])[];
}

/** In Markdown, to be read here and pasted into a page. */
export function printed({ title, columns, rows }: Table): string {
  const cells = [
    columns,
    columns.map((_, index) => (index === 0 ? '---' : '---:')),
    ...rows.map((row) => row.map(shown)),
  ];
  return `\n**${title}**\n\n${cells.map((row) => `| ${row.join(' | ')} |`).join('\n')}`;
}

export const asRecords = ({ title, columns, rows }: Table) => ({
  title,
  rows: rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, rounded(row[index] ?? null)]))),
});

function shown(value: Value): string {
  if (value === null || Number.isNaN(value)) return '–';
  return typeof value === 'number' ? String(rounded(value)) : value;
}

/** Three digits that count; whole numbers stay whole. */
function rounded(value: Value): Value {
  if (typeof value !== 'number' || Number.isInteger(value)) return value;
  return value >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}
