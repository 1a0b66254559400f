import type { Verdict } from '../check.ts';
import type { Finding, Level } from '../findings/finding.ts';
import { approvalYaml, hitLine, placeOf, summary, titleOf } from './words.ts';

const HEADINGS: readonly (readonly [Level, string])[] = [
  ['breaking', 'Breaking'],
  ['approved', 'Breaking, approved'],
  ['warning', 'Worth a look'],
];

/** For a comment on a pull request. */
export function markdown(verdict: Verdict): string {
  const mark = verdict.exitCode === 0 ? '✅' : '❌';
  const sections = HEADINGS.flatMap(([level, heading]) => {
    const findings = verdict.findings.filter((each) => each.level === level);
    return findings.length === 0 ? [] : [`### ${heading}`, findings.map(item).join('\n')];
  });
  const harmless = verdict.findings.filter(({ level }) => level === 'info');
  const quiet =
    harmless.length === 0
      ? []
      : [`<details><summary>${harmless.length} harmless</summary>\n\n${harmless.map(item).join('\n')}\n\n</details>`];
  const approvals = verdict.findings.flatMap((finding) => approvalYaml(finding) ?? []);
  const offer =
    approvals.length === 0
      ? []
      : [`<details><summary>Approve</summary>\n\n\`\`\`yaml\n${approvals.join('\n')}\n\`\`\`\n\n</details>`];
  return ['## Schema check', `${mark} ${plain(summary(verdict))}`, ...sections, ...quiet, ...offer].join('\n\n');
}

function item(finding: Finding): string {
  const place = placeOf(finding);
  const hits = hitLine(finding);
  return [
    `- **\`${titleOf(finding)}\`** ${plain(finding.reason)}`,
    ...(hits ? [`  <br>Hits ${plain(hits)}`] : []),
    ...(finding.level === 'info' ? [] : [`  <br>Fix: ${plain(finding.fix)}`]),
    `  <br><sub>${finding.rule}${place ? ` · ${place}` : ''} · ${finding.id}</sub>`,
  ].join('\n');
}

/** Text from schemas and operations must not become markup in somebody's comment. */
const plain = (value: string): string =>
  value
    .replace(/[\\`*_[\]<>|#]/g, '\\$&')
    .replace(/@/g, '@\u200b')
    .replace(/\n/g, ' ');
