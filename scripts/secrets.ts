import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTokenKey, type TokenKeys } from '@cartograph/runtime/access-token';
import { ROOT } from '@cartograph/runtime/sdl';

/** What signs and proves inside one checkout. Made once, kept out of git, readable by its owner alone. */
export interface Secrets {
  readonly envelope: string;
  readonly tokens: TokenKeys;
  readonly sandbox: string;
  readonly links: string;
}

const FILE = fileURLToPath(new URL('.cartograph/secrets.json', ROOT));

export async function readSecrets(): Promise<Secrets> {
  return (
    read() ??
    write({ envelope: secret(), sandbox: secret(), links: secret(), tokens: { keys: [await createTokenKey('dev-1')] } })
  );
}

const secret = () => randomBytes(32).toString('hex');

function read(): Secrets | undefined {
  try {
    return JSON.parse(readFileSync(FILE, 'utf8')) as Secrets;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`${FILE} cannot be read. Delete it to have new secrets made; sessions end with it.`, {
      cause: error,
    });
  }
}

function write(secrets: Secrets): Secrets {
  mkdirSync(dirname(FILE), { recursive: true });
  try {
    writeFileSync(FILE, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    return secrets;
  } catch (error) {
    // Two commands started at once: the other one's secrets are as good, and both must use the same.
    const theirs = (error as NodeJS.ErrnoException).code === 'EEXIST' ? read() : undefined;
    if (theirs) return theirs;
    throw new Error(`${FILE} cannot be written. Make the folder writable for this user.`, { cause: error });
  }
}
