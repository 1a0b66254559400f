import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canReach, type ServerUser } from './embedded-user.ts';
import { codeOf, DatabaseError, messageOf } from './errors.ts';

/** Where one checkout's cluster lives: `data` (PostgreSQL's), `password`, `port`, `lock`. */
export type Folder = { readonly path: string; readonly data: string; readonly password: string };

/** Opens or creates the folder; moves it aside when the server's user could not reach it. */
export function openFolder(dir: string, userOf: (data: string) => ServerUser, log: (message: string) => void): Folder {
  try {
    makeFolder(dir);
    const user = userOf(join(dir, 'data'));
    const path = canReach(user, dir) ? dir : elsewhere(dir);
    if (path !== dir)
      log(`${dir} cannot be reached by the system user that PostgreSQL runs as; its data is in ${path}`);
    return { path, data: join(path, 'data'), password: readPassword(path) };
  } catch (error) {
    throw folderError(error, dir);
  }
}

function makeFolder(path: string): void {
  mkdirSync(path, { recursive: true });
  // The server's user needs to pass through; the files in it have their own, stricter modes.
  if (process.getuid?.() === 0) chmodSync(path, 0o755);
}

/** Named after the checkout, so that two checkouts stay apart and the same one finds its data again. */
function elsewhere(dir: string): string {
  const name = createHash('sha256').update(realpathSync(dir)).digest('hex').slice(0, 16);
  const base = existsSync('/var/lib') ? '/var/lib/cartograph' : join(tmpdir(), 'cartograph');
  const path = join(base, name);
  makeFolder(base);
  makeFolder(path);
  for (const made of [base, path]) {
    const { uid } = lstatSync(made);
    // In a shared folder, somebody else may have put this name there first, to read our password.
    if (uid !== process.getuid?.())
      throw new DatabaseError(`${made} belongs to another user. Remove it, or set DATABASE_URL.`);
  }
  return path;
}

/** Made once; later starts, and other processes of this checkout, read it. */
function readPassword(path: string): string {
  const file = join(path, 'password');
  try {
    writeFileSync(file, randomBytes(24).toString('hex'), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
  return readFileSync(file, 'utf8');
}

/** Puts a file system error about the data folder in a sentence. */
export function folderError(error: unknown, dir: string): unknown {
  if (error instanceof DatabaseError) return error;
  const code = codeOf(error) ?? '';
  if (code === 'ENOSPC' || code === 'EDQUOT' || /No space left/i.test(messageOf(error)))
    return new DatabaseError(`The disk that holds ${dir} is full. Free some space (about 100 MB), then start again.`, {
      cause: error,
    });
  if (['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'].includes(code))
    return new DatabaseError(
      `The data folder ${dir} cannot be written (${code}). Give yourself the right to write there, delete it if another user made it, or set DATABASE_URL to use a database of your own.`,
      { cause: error },
    );
  return error;
}
