import { styleText } from 'node:util';
import type { Verdict } from '../check.ts';
import type { Finding, Level } from '../findings/finding.ts';
import { approvalYaml, hitLine, placeOf, summary, titleOf } from './words.ts';

type Colour = Parameters<typeof styleText>[0];
const LOOK: Readonly<Record<Level, readonly [mark: string, colour: Colour]>> = {
  breaking: ['✖', 'red'],
  approved: ['✔', 'cyan'],
  warning: ['▲', 'yellow'],
  info: ['·', 'gray'],
};

export interface TextOptions {
  readonly colour: boolean;
  /** Also what is harmless. */
  readonly verbose: boolean;
  readonly approvalsFile: string;
}

/** For people at a terminal. */
export function text(verdict: Verdict, { colour, verbose, approvalsFile }: TextOptions): string {
  const paint = (style: Colour, value: string) => (colour ? styleText(style, value, { validateStream: false }) : value);
  const shown = verdict.findings.filter(({ level }) => verbose || level !== 'info');
  const blocks = shown.map((finding) => block(finding, paint));
  const approvals = verdict.findings.flatMap((finding) => approvalYaml(finding) ?? []);
  const offer =
    approvals.length > 0
      ? [`${paint('bold', `To let it pass all the same, add to ${approvalsFile}:`)}\n${approvals.join('\n')}`]
      : [];
  const end = paint(verdict.exitCode === 0 ? 'green' : 'red', summary(verdict));
  return [...blocks, ...offer, end].join('\n\n');
}

function block(finding: Finding, paint: (style: Colour, value: string) => string): string {
  const [mark, style] = LOOK[finding.level];
  const hits = hitLine(finding);
  return [
    `${paint(style, `${mark} ${titleOf(finding)}`)}  ${paint('gray', [finding.rule, placeOf(finding), finding.id].filter(Boolean).join('  '))}`,
    `  ${finding.reason}`,
    ...(hits ? [`  hits ${hits}`] : []),
    ...(finding.level === 'info' ? [] : [`  fix: ${finding.fix}`]),
  ].join('\n');
}
