import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT } from '../sdl.ts';

/**
 * What Node is given by `npm run NAME`, for a process without npm in between: a signal reaches it, and npm's own second and
 * memory are not its. Throws when package.json has no such script, or one that does not begin with `node`.
 */
export function argumentsOf(name: string, checkout = fileURLToPath(ROOT)): readonly string[] {
  const { scripts } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as {
    scripts: Readonly<Record<string, string>>;
  };
  const [program, ...args] = scripts[name]?.split(' ') ?? [];
  if (program !== 'node') throw new Error(`package.json has no script ${name} that starts with node`);
  return args;
}
