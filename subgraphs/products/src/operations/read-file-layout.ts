import { badInput } from '@cartograph/kernel/errors';
import type { CsvSource } from '../domain/csv.ts';
import { type Layout, type LayoutOptions, readLayout } from '../domain/shopify-csv-columns.ts';

/** The columns of a file by its first line, or an error that says why it is no product file. */
export async function readFileLayout(source: CsvSource, options: LayoutOptions): Promise<Layout> {
  for await (const { cells } of source.records()) {
    const layout = readLayout(cells, options);
    if ('problem' in layout) throw badInput(layout.problem);
    return layout;
  }
  throw badInput('The file is empty. Its first line must name the columns.');
}
