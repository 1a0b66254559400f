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
  // All libraries first: while one is loaded, nobody's answer is heard.
  const questions: Question[] = [];
  for (const category of categories) questions.push(await prepareCategory(category, env, checkMs));
  const outcomes = await Promise.all(questions.map((ask) => ask()));
  for (const { lines } of outcomes) for (const line of lines) print(line);
  return outcomes.every(({ isFine }) => isFine);
}

interface Outcome {
  readonly isFine: boolean;
  readonly lines: readonly string[];
}

type Question = () => Promise<Outcome>;

async function prepareCategory(category: ProviderCategory, env: Env, checkMs: number): Promise<Question> {
  const { name, listedIn, providers } = category;
  let listed: readonly string[];
  try {
    listed = readProviderList(env, category);
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    return always({ isFine: false, lines: [name, `  FAILS  ${error.message}`, ''] });
  }
  const isListed = Boolean(env[listedIn]?.trim());
  const title = `${name}: ${listedIn} ${isListed ? `= ${listed.join(', ')}` : `is not set, so ${listed.join(', ') || 'nobody'}`}`;
  const width = Math.max(...providers.map((provider) => provider.name.length));
  const questions: Question[] = [];
  for (const provider of providers)
    questions.push(
      listed.includes(provider.name)
        ? await prepareProvider(provider, env, checkMs)
        : always({ isFine: true, lines: [describeUnused(provider)] }),
    );
  return async () => {
    const outcomes = await Promise.all(questions.map((ask) => ask()));
    const lines = outcomes.flatMap((outcome, index) =>
      outcome.lines.map((line) => `  ${providers[index]?.name.padEnd(width)}  ${line}`),
    );
    return { isFine: outcomes.every(({ isFine }) => isFine), lines: [title, ...lines, ''] };
  };
}

const always =
  (outcome: Outcome): Question =>
  async () =>
    outcome;

function describeUnused({ settings }: Pick<Provider, 'settings'>): string {
  const needed = Object.values(settings).filter(({ fallback }) => fallback === undefined);
  const names = needed.map(({ name }) => name).join(', ');
  return `not used${names && `; needs ${names}`}`;
}

type Checked = Pick<Provider, 'settings' | 'check'>;

async function prepareProvider({ settings, check }: Checked, env: Env, checkMs: number): Promise<Question> {
  const problems = settingProblems(env, settings);
  if (problems.length > 0) return always({ isFine: false, lines: problems.map((problem) => `FAILS  ${problem}`) });
  const fails = (error: unknown, more = ''): Outcome => ({
    isFine: false,
    lines: [`FAILS  ${withoutSecrets(inOneLine(error), env, settings)}${more}`],
  });
  try {
    const ask = await check(env);
    return async () => {
      const began = performance.now();
      const took = () => ` (${Math.round(performance.now() - began)} ms)`;
      try {
        const learnt = withoutSecrets(await within(checkMs, ask()), env, settings);
        return { isFine: true, lines: [`works  ${learnt}${took()}`] };
      } catch (error) {
        return fails(error, took());
      }
    };
  } catch (error) {
    return always(fails(error));
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
