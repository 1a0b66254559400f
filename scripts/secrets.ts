import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createTokenKey, type TokenKeys } from '@cartograph/runtime/access-token';

/** What signs and proves inside one checkout. Made once, kept out of git, readable by its owner alone. */
export interface Secrets {
  readonly envelope: string;
  readonly tokens: TokenKeys;
  readonly sandbox: string;
}

export async function readSecrets(folder: string): Promise<Secrets> {
  const file = join(folder, 'secrets.json');
  return (
    read(file) ??
    write(file, {
      envelope: secret(),
      sandbox: secret(),
      tokens: { keys: [await createTokenKey('dev-1')] },
    })
  );
}

const secret = () => randomBytes(32).toString('hex');

function read(file: string): Secrets | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Secrets;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw new Error(`${file} cannot be read. Delete it to have new secrets made; sessions end with it.`, {
      cause: error,
    });
  }
}

function write(file: string, secrets: Secrets): Secrets {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    return secrets;
  } catch (error) {
    // Two commands started at once: the other one's secrets are as good, and both must use the same.
    const theirs = (error as NodeJS.ErrnoException).code === 'EEXIST' ? read(file) : undefined;
    if (theirs) return theirs;
    throw new Error(`${file} cannot be written. Make the folder writable for this user.`, { cause: error });
  }
}
