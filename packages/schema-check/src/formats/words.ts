import type { Verdict } from '../check.ts';
import type { Finding } from '../findings/finding.ts';

export const placeOf = ({ file, line }: Finding): string | undefined =>
  file ? (line ? `${file}:${line}` : file) : undefined;

export const titleOf = ({ coordinate, contract }: Finding): string =>
  contract ? `${coordinate} in contract ${contract}` : coordinate;

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

export function summary({ findings, exitCode, base, changed, operations }: Verdict): string {
  const count = (level: Finding['level']) => findings.filter((each) => each.level === level).length;
  const outcome = exitCode === 2 ? 'Does not compose' : exitCode === 1 ? 'Breaking' : 'Safe';
  const parts = [
    count('breaking') > 0 ? `${count('breaking')} breaking` : '',
    count('approved') > 0 ? `${count('approved')} approved` : '',
    count('warning') > 0 ? plural(count('warning'), 'warning') : '',
    count('info') > 0 ? `${count('info')} harmless` : '',
  ].filter(Boolean);
  const what = changed.length === 0 ? 'nothing changed' : `${changed.join(', ')} changed`;
  return `${outcome}: ${what} since ${base}; judged by ${plural(operations, 'operation')}${parts.length > 0 ? `; ${parts.join(', ')}` : ''}`;
}

/** Who is hit, in few words: the busiest operations and their clients. */
export function hitLine({ operations, clients }: Finding, most = 3): string | undefined {
  if (operations.length === 0) return undefined;
  const sorted = [...operations].sort((a, b) => b.count - a.count);
  const names = sorted
    .slice(0, most)
    .map(({ name, count, place }) => `${name}${count > 0 ? ` ×${count}` : ''} (${place})`);
  const rest = operations.length > most ? ` and ${operations.length - most} more` : '';
  return `${names.join(', ')}${rest}${clients.length > 0 ? ` from ${clients.join(', ')}` : ''}`;
}

export const approvalYaml = ({ approval }: Finding): string | undefined =>
  approval &&
  `- id: ${approval.id}\n  who: ${approval.who}\n  until: "${approval.until}"\n  why: ${JSON.stringify(approval.why)}`;
