import { type CsvRecord, fromCell } from './csv.ts';
import type { Layout } from './shopify-csv-columns.ts';
import { handleProblem } from './shopify-csv-product.ts';
import { type LineIssue, MAX_LINES, type ProductLines } from './shopify-csv-reader.ts';

/** Gathers the lines that stand together under one handle. What can belong to no product comes as lines without one. */
export async function* groupLines(records: AsyncIterable<CsvRecord>, layout: Layout): AsyncGenerator<ProductLines> {
  const handleColumn = layout.fields.handle;
  let group: { handle: string; records: CsvRecord[]; issues: LineIssue[] } | undefined;
  for await (const record of records) {
    const cell = (index: number | undefined) => (index === undefined ? '' : fromCell(record.cells[index] ?? '').trim());
    const handle = cell(handleColumn?.index);
    const issue = widthIssue(record, layout) ?? (handle === group?.handle ? null : handleIssue(record, handle, layout));
    // A line without handle and title can only be more of the product above, which is then not whole.
    const continues = group && (handle === group.handle || (handle === '' && cell(layout.fields.title?.index) === ''));
    if (group && continues) {
      if (issue) group.issues.push(issue);
      else if (group.records.length < MAX_LINES) group.records.push(record);
      else if (group.records.length === MAX_LINES && !group.issues.some(isTooLong))
        group.issues.push({ line: record.line, column: null, message: `${TOO_LONG} Split it into several products.` });
      continue;
    }
    if (group) yield group;
    group = { handle, records: [record], issues: issue ? [issue] : [] };
  }
  if (group) yield group;
}

const TOO_LONG = `A product has more than ${MAX_LINES} lines, and the shop takes 100 variants and 100 pictures.`;
const isTooLong = ({ message }: LineIssue): boolean => message.startsWith(TOO_LONG);

function widthIssue({ line, cells }: CsvRecord, { width }: Layout): LineIssue | null {
  const more = cells.slice(width);
  if (cells.length === width || (more.length > 0 && more.every((cell) => cell.trim() === ''))) return null;
  const message = `The line has ${cells.length} cells, and the first line names ${width} columns. Look for a comma too many or too few, or a missing quote.`;
  return { line, column: null, message };
}

function handleIssue({ line }: CsvRecord, handle: string, { fields }: Layout): LineIssue | null {
  const column = fields.handle?.name ?? null;
  if (handle === '')
    return { line, column, message: 'The line has no handle. Fill it in: it says which product the line belongs to.' };
  const problem = handleProblem(handle);
  return problem === null ? null : { line, column, message: problem };
}
