// `npm run providers`: which providers there are, which are configured, what is missing, and whether they answer.
import { fileURLToPath } from 'node:url';
import { CATEGORIES as CUSTOMERS } from '@cartograph/customers/providers';
import { reasonOf, Unavailable } from '@cartograph/kernel/errors';
import { CATEGORIES as ORDERS } from '@cartograph/orders/providers';
import { CATEGORIES as PAYMENTS } from '@cartograph/payments/providers';
import { CATEGORIES as PRODUCTS } from '@cartograph/products/providers';
import {
  type Provider,
  type ProviderCategory,
  readProviderList,
  settingProblems,
  withoutSecrets,
} from '@cartograph/providers/provider';
import { type Env, SettingError } from '@cartograph/runtime/settings';
import { CATEGORIES as SHIPPING } from '@cartograph/shipping/providers';

/** A subgraph with providers exports its categories from `src/providers.ts`, and has a line here. */
export const CATEGORIES: readonly ProviderCategory[] = [...PAYMENTS, ...SHIPPING, ...PRODUCTS, ...ORDERS, ...CUSTOMERS];

const CHECK_MS = 20_000;

/** Prints all categories; false when one that is configured cannot work. */
export async function reportProviders(
  categories: readonly ProviderCategory[],
  env: Env,
  print: (line: string) => void,
  checkMs = CHECK_MS,
): Promise<boolean> {
  const outcomes = await Promise.all(categories.map((category) => reportCategory(category, env, checkMs)));
  for (const { lines } of outcomes) for (const line of lines) print(line);
  return outcomes.every(({ isFine }) => isFine);
}

interface Outcome {
  readonly isFine: boolean;
  readonly lines: readonly string[];
}

async function reportCategory(category: ProviderCategory, env: Env, checkMs: number): Promise<Outcome> {
  const { name, listedIn, providers } = category;
  let listed: readonly string[];
  try {
    listed = readProviderList(env, category);
  } catch (error) {
    if (error instanceof SettingError) return { isFine: false, lines: [name, `  FAILS  ${error.message}`, ''] };
    throw error;
  }
  const isListed = Boolean(env[listedIn]?.trim());
  const title = `${name}: ${listedIn} ${isListed ? `= ${listed.join(', ')}` : `is not set, so ${listed.join(', ') || 'nobody'}`}`;
  const width = Math.max(...providers.map((provider) => provider.name.length));
  const outcomes = await Promise.all(
    providers.map(async (provider) => {
      const outcome = listed.includes(provider.name) ? await test(provider, env, checkMs) : describeUnused(provider);
      return { ...outcome, lines: outcome.lines.map((line) => `  ${provider.name.padEnd(width)}  ${line}`) };
    }),
  );
  const lines = [title, ...outcomes.flatMap((outcome) => outcome.lines), ''];
  return { isFine: outcomes.every(({ isFine }) => isFine), lines };
}

function describeUnused({ settings }: Pick<Provider, 'settings'>): Outcome {
  const needed = Object.values(settings).filter(({ fallback }) => fallback === undefined);
  const names = needed.map(({ name }) => name).join(', ');
  return { isFine: true, lines: [`not used${names && `; needs ${names}`}`] };
}

async function test(provider: Pick<Provider, 'settings' | 'check'>, env: Env, checkMs: number): Promise<Outcome> {
  const problems = settingProblems(env, provider.settings);
  if (problems.length > 0) return { isFine: false, lines: problems.map((problem) => `FAILS  ${problem}`) };
  const began = performance.now();
  const said = (words: string) =>
    `${withoutSecrets(words, env, provider.settings)} (${Math.round(performance.now() - began)} ms)`;
  try {
    return { isFine: true, lines: [`works  ${said(await within(checkMs, provider.check(env)))}`] };
  } catch (error) {
    return { isFine: false, lines: [`FAILS  ${said(inOneLine(error))}`] };
  }
}

/** Why, in one line: what a buyer would be told of a call without an answer says nothing here. */
function inOneLine(error: unknown): string {
  const { message, cause } = error instanceof Error ? error : new Error(String(error));
  const words = cause instanceof Error && cause.message ? `${message}: ${cause.message}` : message;
  return (error instanceof Unavailable ? reasonOf(error) : words).replace(/\s+/g, ' ');
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${ms} ms`)), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const isFine = await reportProviders(CATEGORIES, process.env, (line) => console.log(line));
  // What hangs must not hold up the end.
  process.exit(isFine ? 0 : 1);
}
