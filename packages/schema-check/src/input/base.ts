import { existsSync } from 'node:fs';
import { join, posix, relative, resolve } from 'node:path';
import { BadInput } from '../bad-input.ts';
import { loadFolder, loadSnapshot, type Snapshot } from './snapshot.ts';
import { folderTree, gitTree } from './tree.ts';

/** Reads what the change is compared with: `git:REF`, or a folder. */
export function loadBase(base: string, config: string, cwd: string, head: Snapshot): Snapshot {
  const path = relative(cwd, resolve(cwd, config)).split('\\').join('/');
  if (base.startsWith('git:')) return loadSnapshot(gitTree(base.slice(4), cwd), { config: path });
  const folder = resolve(cwd, base);
  if (!existsSync(folder))
    throw new BadInput('the base is not there; freeze a first one with "release", or name another with --base', base);
  const tree = folderTree(folder, cwd);
  const file = existsSync(join(folder, 'supergraph.yaml')) ? 'supergraph.yaml' : posix.basename(path);
  if (existsSync(join(folder, file))) return loadSnapshot(tree, { config: file });
  return loadFolder(tree, new Map(head.subgraphs.map(({ name, url }) => [name, url])));
}
