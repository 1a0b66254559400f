import { type Definitions, nameLineOf } from '../graph/coordinates.ts';
import type { Approval } from '../input/approvals.ts';
import type { RuleLevel } from '../input/settings.ts';
import { type Draft, type Finding, findingId } from './finding.ts';

export interface Finishing {
  readonly base: Definitions;
  readonly head: Definitions;
  readonly approvals: readonly Approval[];
  readonly rules: ReadonlyMap<string, RuleLevel>;
  /** ISO day. */
  readonly today: string;
  readonly approvalsFile: string;
}

const APPROVAL_DAYS = 30;

/** Gives drafts their id, their place in the sources, and the approval that somebody gave. */
export function finish(drafts: readonly Draft[], given: Finishing): readonly Finding[] {
  const leveled = drafts.flatMap((draft) => withLevel(draft, given.rules) ?? []);
  const byId = new Map<string, Draft>();
  // The first of two findings with one id is the more telling one.
  for (const draft of leveled) {
    const id = findingId(draft);
    if (!byId.has(id)) byId.set(id, draft);
  }
  const findings = [...byId].map(([id, draft]) => toFinding(id, draft, given));
  return [...findings, ...aboutApprovals(findings, given).map((draft) => toFinding(findingId(draft), draft, given))];
}

function withLevel(draft: Draft, rules: ReadonlyMap<string, RuleLevel>): Draft | undefined {
  const [family] = draft.rule.split('/');
  const level = rules.get(draft.rule) ?? (family ? rules.get(`${family}/*`) : undefined);
  if (level === 'off') return undefined;
  // A level may be raised at will. Lowering a break needs an approval, with a name and an end.
  if (level === undefined || draft.level === 'breaking') return draft;
  return { ...draft, level };
}

/** Nobody's word makes subgraphs compose. */
const isApprovable = ({ rule }: Draft): boolean => !rule.startsWith('composition/');

const holds = (approval: Approval, id: string, today: string): boolean => approval.id === id && today <= approval.until;

function toFinding(id: string, draft: Draft, given: Finishing): Finding {
  const operations = draft.operations ?? [];
  const approval =
    draft.level === 'breaking' && isApprovable(draft)
      ? given.approvals.find((each) => holds(each, id, given.today))
      : undefined;
  const expired = draft.level === 'breaking' && !approval ? given.approvals.find((each) => each.id === id) : undefined;
  const note = approval
    ? ` Approved by ${approval.who} until ${approval.until}: ${approval.why}`
    : expired
      ? ` The approval by ${expired.who} ended on ${expired.until}.`
      : '';
  return {
    id,
    rule: draft.rule,
    level: approval ? 'approved' : draft.level,
    coordinate: draft.coordinate,
    contract: draft.contract,
    ...placeOf(draft, given),
    operations,
    clients: [...new Set(operations.flatMap(({ clients }) => clients))].sort(),
    reason: `${draft.reason}${note}`,
    fix: draft.fix,
    approval:
      draft.level === 'breaking' && !approval && isApprovable(draft)
        ? {
            id,
            who: 'your name',
            until: plusDays(given.today, APPROVAL_DAYS),
            why: `accepted: ${draft.rule} ${draft.coordinate}`,
          }
        : undefined,
  };
}

/** Where it is in head; what is gone is shown at what was around it, in the subgraph that had it. */
function placeOf({ coordinate, place }: Draft, { base, head }: Finishing): Pick<Finding, 'subgraph' | 'file' | 'line'> {
  if (place) return { subgraph: place.subgraph, file: place.file, line: place.line };
  const exact = head.at(coordinate)[0];
  if (exact) return { subgraph: exact.subgraph.name, file: exact.subgraph.file, line: nameLineOf(exact) };
  const before = base.at(coordinate)[0];
  const around = head.nearest(coordinate);
  const parent =
    before && around
      ? (head.at(around.coordinate).find(({ subgraph }) => subgraph.name === before.subgraph.name) ?? around)
      : around;
  const shown = parent ?? before;
  if (!shown) return { subgraph: undefined, file: undefined, line: undefined };
  return { subgraph: (before ?? shown).subgraph.name, file: shown.subgraph.file, line: nameLineOf(shown) };
}

function aboutApprovals(findings: readonly Finding[], { approvals, today }: Finishing): readonly Draft[] {
  return approvals.flatMap((approval): readonly Draft[] => {
    const [file, line] = approval.place.split(/:(?=\d+$)/);
    const place = { file, line: Number(line) };
    const finding = findings.find(({ id }) => id === approval.id);
    if (!finding || finding.level === 'warning' || finding.level === 'info')
      return [
        {
          rule: 'approval-stale',
          level: 'warning',
          coordinate: approval.id,
          place,
          reason: `The approval by ${approval.who} matches no breaking finding any more.`,
          fix: 'Remove it from the approvals file.',
        },
      ];
    if (today <= approval.until) return [];
    return [
      {
        rule: 'approval-expired',
        level: 'warning',
        coordinate: approval.id,
        place,
        reason: `The approval by ${approval.who} for ${finding.coordinate} ended on ${approval.until}.`,
        fix: 'Make the change compatible, or have somebody approve it again.',
      },
    ];
  });
}

export function plusDays(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}
