import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { BadInput } from '../bad-input.ts';
import { check } from '../check.ts';
import { FORMATS, render } from '../formats/format.ts';
import { oneOf } from '../input/shape.ts';
import { loadQuestion, type Options, type Output } from './context.ts';

/** Answers whether the change is safe, on the screen and, with --output FORMAT=FILE, in files. */
export async function runCheck(options: Options, { cwd, print, colour }: Output): Promise<number> {
  const format = oneOf(options.format ?? 'text', FORMATS, '--format');
  const files = (options.output ?? []).map((pair) => {
    const at = pair.indexOf('=');
    if (at < 1) throw new BadInput(`--output wants FORMAT=FILE, not "${pair}"`);
    return { format: oneOf(pair.slice(0, at), FORMATS, '--output'), file: resolve(cwd, pair.slice(at + 1)) };
  });
  const { question } = loadQuestion(options, cwd);
  const verdict = await check(question);
  const text = { verbose: options.verbose ?? false, approvalsFile: question.approvalsFile };
  print(render(verdict, format, { ...text, colour }));
  for (const each of files) {
    mkdirSync(dirname(each.file), { recursive: true });
    writeFileSync(each.file, `${render(verdict, each.format, { ...text, colour: false })}\n`);
  }
  return verdict.exitCode;
}
