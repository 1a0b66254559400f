import type { CollectionDraft } from '../domain/collection-draft.ts';
import type { CsvSource } from '../domain/csv.ts';
import type { NewWarehouse } from '../domain/warehouse.ts';
import type { DemoStore, ImportPorts } from '../ports.ts';
import { createCollection } from './create-collection.ts';
import { importCatalogue } from './import-catalogue.ts';

/** What the product file cannot say. */
export interface DemoShop {
  readonly warehouses: readonly NewWarehouse[];
  readonly collections: readonly DemoCollection[];
}

export interface DemoCollection
  extends Pick<CollectionDraft, 'title' | 'descriptionHtml' | 'imageUrl' | 'imageAlt' | 'translations'> {
  readonly handle: string;
  readonly children?: readonly DemoCollection[];
}

/** Fills an empty shop, once. Whatever it is stopped in, the next call completes it. False: nothing to do. */
export const seedDemo =
  (ports: ImportPorts, demo: DemoStore) =>
  async (shop: DemoShop, catalogue: CsvSource): Promise<boolean> => {
    if (!(await demo.isWanted())) return false;
    return demo.once(async () => {
      for (const warehouse of shop.warehouses)
        await ports.warehouses.create({ actor: 'demo', key: `warehouse ${warehouse.name}` }, warehouse);
      await openTree(ports, shop.collections, null);
      const options = { currency: 'EUR', markets: new Map(), warehouse: null, strict: false, dryRun: false };
      const problems: string[] = [];
      const summary = await importCatalogue(ports)(catalogue, options, {
        issue: ({ line, column, message }) => problems.push(`line ${line}, ${column}: ${message}`),
        note: (text) => problems.push(text),
        progress: () => {},
      });
      if (summary.outcome !== 'IMPORTED' || problems.length > 0)
        throw new Error(`the demo catalogue is not clean:\n${problems.join('\n')}`);
    });
  };

async function openTree(
  ports: ImportPorts,
  collections: readonly DemoCollection[],
  parentId: string | null,
): Promise<void> {
  const present = new Map(
    (await ports.collections.findByHandles(collections.map(({ handle }) => handle))).map((one) => [one.handle, one.id]),
  );
  for (const [position, { children = [], ...collection }] of collections.entries()) {
    const id =
      present.get(collection.handle) ??
      (await open(ports, { ...collection, parentId, position, seoTitle: null, seoDescription: null }));
    await openTree(ports, children, id);
  }
}

async function open(ports: ImportPorts, draft: CollectionDraft): Promise<string> {
  const outcome = await createCollection(ports)(draft, []);
  if (outcome.kind !== 'CreateCollectionSuccess') throw new Error(`collection ${draft.handle}: ${outcome.message}`);
  return outcome.collection.id;
}
