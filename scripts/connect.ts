// `npm run connect -- amazon`: the owner of an account lets the shop use it, and what that gives is kept in a file.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';
import { reasonOf, Unavailable } from '@cartograph/kernel/errors';
import { OAuthRefused } from '@cartograph/providers/oauth';
import { type Env, SettingError } from '@cartograph/runtime/settings';
import { CATEGORIES } from './providers.ts';
import { dataFolder } from './settings.ts';

interface Person {
  print(line: string): void;
  /** What they write next; null when they write no more. */
  read(question: string): Promise<string | null>;
}

/** Gives the setting, and the file that has its secret. What is wrong is told by an error that says what to do. */
export async function connectAccount(name: string | undefined, env: Env, { print, read }: Person) {
  const able = CATEGORIES.flatMap(({ providers }) => providers).filter(({ connect }) => connect);
  const connection = await able.find((provider) => provider.name === name)?.connect?.(env);
  if (!connection)
    throw new WrongWords(`Say whose account: npm run connect -- ${able.map((one) => one.name).join(' | ')}`);
  print('1. Open this address, signed in as the owner of the account, and allow the connection:');
  print(`   ${connection.url}`);
  print('2. It leads to an address of yours. Nothing has to be there: copy it from the address bar.');
  const returned = (await read('   Paste it here: '))?.trim() ?? '';
  if (!URL.canParse(returned)) throw new WrongWords('That is no address. It begins with https://: start again.');
  const secret = await connection.finish(new URL(returned));
  const folder = join(dataFolder(env), 'connections');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, connection.setting.toLowerCase().replaceAll('_', '-'));
  writeFileSync(file, `${secret}\n`, { mode: 0o600 });
  return { setting: connection.setting, file };
}

class WrongWords extends Error {}

/** What the person at the keyboard can do something about. */
function wordsFor(error: unknown): string {
  if (error instanceof Unavailable) return `${reasonOf(error)} Start again.`;
  if (error instanceof OAuthRefused || error instanceof SettingError || error instanceof WrongWords)
    return error.message;
  throw error;
}

async function main(): Promise<void> {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  const ended = new Promise<null>((resolve) => lines.once('close', () => resolve(null)));
  const person: Person = {
    print: (line) => console.log(line),
    read: (question) => Promise.race([lines.question(question), ended]),
  };
  try {
    const { setting, file } = await connectAccount(process.argv[2], process.env, person);
    console.log(`\nConnected. Start the shop with ${setting}_FILE=${relative(process.cwd(), file)}`);
  } catch (error) {
    console.error(wordsFor(error));
    process.exitCode = 1;
  } finally {
    lines.close();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
