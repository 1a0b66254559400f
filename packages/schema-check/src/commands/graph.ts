import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { drawGraph } from '../formats/svg.ts';
import { entitiesOf } from '../graph/ownership.ts';
import { loadHead, type Options, type Output, settingsFrom } from './context.ts';

/** Draws the subgraphs, their entities and who extends whom. With `--output svg=FILE`, into a file. */
export async function runGraph(options: Options, { cwd, print }: Output): Promise<number> {
  const head = loadHead(settingsFrom(options, cwd), options, cwd);
  const svg = drawGraph(
    head.subgraphs.map(({ name }) => name),
    entitiesOf(head),
  );
  const file = options.output?.[0]?.replace(/^svg=/, '');
  if (file === undefined) print(svg);
  else {
    writeFileSync(resolve(cwd, file), `${svg}\n`);
    print(`${file} drawn`);
  }
  return 0;
}
