import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { BadInput } from '../bad-input.ts';

/** A place to read files from: a folder now, or the same folder as it was at a git revision. */
export interface Tree {
  readonly label: string;
  /** The text of a file, or undefined when the tree has no such file. Paths are relative to the tree's root. */
  read(path: string): string | undefined;
  list(folder: string): readonly string[];
  /** How people are told about a file. */
  show(path: string): string;
}

/** Paths as people type them: relative to where they stand, with forward slashes. */
export const shown = (path: string, cwd: string): string => (relative(cwd, path) || '.').split('\\').join('/');

export function folderTree(root: string, cwd: string): Tree {
  return {
    label: shown(root, cwd),
    read: (path) => {
      const file = resolve(root, path);
      return existsSync(file) && statSync(file).isFile() ? readFileSync(file, 'utf8') : undefined;
    },
    list: (folder) => {
      const path = resolve(root, folder);
      return existsSync(path) && statSync(path).isDirectory() ? readdirSync(path).sort() : [];
    },
    show: (path) => shown(resolve(root, path), cwd),
  };
}

export function gitTree(ref: string, root: string): Tree {
  const git = (...args: string[]) =>
    execFileSync('git', args, {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 256 * 1024 * 1024,
    });
  const attempt = (...args: string[]) => {
    try {
      return git(...args);
    } catch {
      return undefined;
    }
  };
  if (attempt('rev-parse', '--git-dir') === undefined) throw new BadInput('not a git repository', `git:${ref}`);
  const commit = attempt('rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`)?.trim();
  if (!commit)
    throw new BadInput(`unknown git ref "${ref}"; in CI, fetch it first (a shallow clone has one)`, `git:${ref}`);
  // `./` makes git read the path from our folder, not from the top of the repository.
  const inside = (path: string) => `${commit}:./${path.replace(/^\.\//, '')}`;
  return {
    label: `git:${ref}`,
    read: (path) => attempt('show', inside(path)),
    list: (folder) =>
      (attempt('ls-tree', '--name-only', inside(folder).replace(/\/$/, '')) ?? '').split('\n').filter(Boolean),
    show: (path) => `${join('.', path)}@${ref}`,
  };
}
