import { badInput } from '@cartograph/kernel/errors';
import type { Layout } from '../domain/shopify-csv-columns.ts';
import type { ImportPorts } from '../ports.ts';
import type { ImportListener, ImportOptions } from './import-catalogue.ts';

export interface Warehouses {
  /** Of a name that a column of the file has; null: the one that the import is for. */
  idOf(name: string | null): string;
}

/** A shop that has no warehouse yet gets those that the file names; otherwise a name that is unknown is a slip. */
export async function resolveWarehouses(
  ports: ImportPorts,
  { stock }: Layout,
  { warehouse, currency, dryRun }: ImportOptions,
  listener: ImportListener,
): Promise<Warehouses> {
  const { warehouses } = await ports.catalogue.outline();
  // By id too: a file has it where two have one name.
  const ids = new Map(
    warehouses.flatMap(({ id, name }) => [[id.toLowerCase(), id] as const, [name.toLowerCase(), id] as const]),
  );
  const names = [...new Set(stock.map((column) => column.warehouse ?? warehouse ?? warehouses[0]?.name ?? MAIN))];
  if (warehouse && !names.includes(warehouse)) names.push(warehouse);
  let opened = 0;
  for (const name of names) {
    if (ids.has(name.toLowerCase())) continue;
    if (warehouses.length > 0)
      throw badInput(
        `There is no warehouse "${name}". Name one of these: ${warehouses.map((one) => `"${one.name}"`).join(', ')}.`,
      );
    const id = dryRun ? '' : await open(ports, name, currency, opened);
    opened += 1;
    ids.set(name.toLowerCase(), id);
    if (!dryRun)
      listener.note(`The shop had no warehouse, so "${name}" was opened. Fill in its address before you ship from it.`);
  }
  const [first = ''] = names;
  return { idOf: (name) => ids.get((name ?? warehouse ?? first).toLowerCase()) ?? '' };
}

const MAIN = 'Main warehouse';

async function open({ warehouses }: ImportPorts, name: string, currency: string, nth: number): Promise<string> {
  const address = {
    name,
    company: null,
    line1: 'To be filled in',
    line2: null,
    city: 'To be filled in',
    region: null,
    postalCode: null,
    // A currency's first two letters are its country's, except where several countries share one.
    countryCode: currency.startsWith('X') || currency === 'EUR' ? 'DE' : currency.slice(0, 2),
    phone: null,
  };
  const draft = { name, priority: (nth + 1) * 100, active: true, address };
  // By its name, so that two imports at once open one.
  const answer = await warehouses.create({ actor: 'import', key: `warehouse ${name.toLowerCase()}` }, draft);
  if (answer === 'KEY_REUSED')
    throw badInput(`The warehouse "${name}" was opened by another import at this moment. Try again.`);
  return answer.warehouse.id;
}
