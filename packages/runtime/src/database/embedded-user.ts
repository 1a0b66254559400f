import { execFileSync, spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { DatabaseError, messageOf } from './errors.ts';

/** The system user that the server's processes run as: empty unless we are root, which PostgreSQL refuses. */
export type ServerUser = { readonly uid?: number; readonly gid?: number };

const NAME = 'postgres';

/** A cluster keeps the owner it was made with, so that a run as root can follow a run as somebody else. */
export function serverUser(dataDir: string): ServerUser {
  if (process.getuid?.() !== 0) return {};
  const owner = statSync(dataDir, { throwIfNoEntry: false });
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return lookUp() ?? create();
}

function lookUp(): ServerUser | undefined {
  const ask = (flag: string): number =>
    Number(spawnSync('id', [flag, NAME], { encoding: 'utf8' }).stdout || Number.NaN);
  const uid = ask('-u');
  const gid = ask('-g');
  return Number.isInteger(uid) && Number.isInteger(gid) ? { uid, gid } : undefined;
}

function create(): ServerUser {
  try {
    execFileSync('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/bin/false', NAME], {
      stdio: 'pipe',
    });
  } catch (error) {
    throw new DatabaseError(
      `PostgreSQL does not run as root, and the user "${NAME}" could not be made (${messageOf(error)}). Run as another user, create the user "${NAME}", or set DATABASE_URL.`,
      { cause: error },
    );
  }
  const user = lookUp();
  if (user) return user;
  throw new DatabaseError(`The user "${NAME}" is missing. Run as another user than root, or set DATABASE_URL.`);
}

/** True when the server's user can walk down to `path`; a home folder of mode 700 stops it. */
export function canReach(user: ServerUser, path: string): boolean {
  if (user.uid === undefined) return true;
  return spawnSync('/bin/sh', ['-c', 'cd "$0"', path], { ...user, cwd: '/', stdio: 'ignore' }).status === 0;
}
