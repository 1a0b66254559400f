import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, posix, relative, resolve } from 'node:path';
import { BadInput } from '../bad-input.ts';
import { check, type Verdict } from '../check.ts';
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
  const inRepository = fromRoot(verdict, cwd);
  print(render(format === 'github' ? inRepository : verdict, format, { ...text, colour }));
  for (const each of files) {
    mkdirSync(dirname(each.file), { recursive: true });
    writeFileSync(each.file, `${render(inRepository, each.format, { ...text, colour: false })}\n`);
  }
  return verdict.exitCode;
}

/** GitHub looks for files from the repository's root, wherever in it the check was started. */
function fromRoot(verdict: Verdict, cwd: string): Verdict {
  const root = process.env.GITHUB_WORKSPACE;
  const prefix = root ? relative(root, cwd).split('\\').join('/') : '';
  if (prefix === '' || prefix.startsWith('..')) return verdict;
  const findings = verdict.findings.map((finding) =>
    finding.file === undefined ? finding : { ...finding, file: posix.join(prefix, finding.file) },
  );
  return { ...verdict, findings };
}
