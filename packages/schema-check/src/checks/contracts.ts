import { validate } from 'graphql';
import type { Draft } from '../findings/finding.ts';
import { composeContract } from '../graph/contracts.ts';
import type { Contract } from '../input/settings.ts';
import type { Snapshot } from '../input/snapshot.ts';
import type { Facts } from '../use/facts.ts';
import { traceUse } from '../use/trace.ts';
import { checkApi } from './api.ts';

export interface ContractQuestion {
  readonly base: Snapshot;
  readonly head: Snapshot;
  readonly facts: readonly Facts[];
  readonly since: string | undefined;
  /** What the whole graph already reports; said once is enough. */
  readonly known: ReadonlySet<string>;
}

/** One variant of the graph, judged like the whole: by those operations that it admitted so far. */
export async function checkContract(contract: Contract, question: ContractQuestion): Promise<readonly Draft[]> {
  const before = composeContract(question.base, contract);
  const after = composeContract(question.head, contract);
  if (!after.api)
    return after.errors.map((message) => ({
      rule: 'composition/CONTRACT',
      level: 'breaking',
      coordinate: `contract ${contract.name}`,
      contract: contract.name,
      reason: `The contract does not compose: ${message}`,
      fix: 'Tag the whole of what belongs together: a visible field may not need something hidden.',
    }));
  if (!before.api) return []; // It did not compose before, so nobody uses it yet.
  const [base, head] = [before.api, after.api];
  const facts = question.facts.flatMap((each): readonly Facts[] => {
    const { document } = each.operation;
    if (!each.validOnBase() || validate(base, document).length > 0) return [];
    return [{ ...each, use: traceUse(base, document), errors: validate(head, document), validOnBase: () => true }];
  });
  const drafts = await checkApi({ base, head, facts, since: question.since, contract: contract.name });
  return drafts.filter(({ rule, coordinate }) => !question.known.has(`${rule} ${coordinate}`)).map(asHidden);
}

/** What the whole graph keeps is not removed but hidden, and its fix is another one. */
function asHidden(draft: Draft): Draft {
  if (!draft.rule.endsWith('-removed')) return draft;
  const reason = draft.reason.replace(/ (?:is removed|leaves)\b/, ' is hidden by its tags');
  return {
    ...draft,
    reason,
    fix: `Let ${draft.contract} see it again by its tags, or move its users to another variant first.`,
  };
}
