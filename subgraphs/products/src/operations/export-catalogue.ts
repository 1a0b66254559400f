import { createFileWriter } from '../domain/shopify-csv-write.ts';
import type { ImportPorts } from '../ports.ts';

export interface ExportProgress {
  readonly written: number;
  readonly total: number;
}

const PAGE = 250;

/** The whole catalogue as a product file, a page of products at a time: what is drafted or archived too. */
export const exportCatalogue = ({ catalogue }: Pick<ImportPorts, 'catalogue'>) =>
  async function* (
    currency: string,
    onProgress: (progress: ExportProgress) => void = () => {},
  ): AsyncGenerator<string> {
    const outline = await catalogue.outline();
    const writer = createFileWriter({ ...outline, currency });
    yield writer.header;
    let written = 0;
    for (let after: string | null = null; ; ) {
      const page = await catalogue.page(after, PAGE);
      const last = page.at(-1);
      if (!last) return;
      yield page.map((product) => writer.lines(product)).join('');
      written += page.length;
      onProgress({ written, total: Math.max(outline.products, written) });
      after = last.handle;
    }
  };
