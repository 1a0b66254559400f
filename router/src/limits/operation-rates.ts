import { createHash } from 'node:crypto';
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { RatesSettings } from '../settings/rates.ts';
import type { OperationRates } from './rates.ts';

/**
 * Which limits for operations hold for this one, and how often it falls under each. Computed once per document that
 * passed `checkDocument`. By field rather than by name, as the name is the caller's to choose.
 */
export function operationRates(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  source: string,
  { operations }: Pick<RatesSettings, 'operations'>,
): OperationRates {
  const fields = rootFields(document, operation);
  const hash = operations.some((rule) => rule.hash) ? createHash('sha256').update(source).digest('hex') : '';
  const counts = operations.flatMap((rule, index) => {
    const times = rule.field
      ? (fields.get(rule.field) ?? 0)
      : Number(rule.operation ? operation.name?.value === rule.operation : rule.hash === hash);
    return times > 0 ? [{ rule: index, times }] : [];
  });
  return { counts };
}

/** How often each root field is asked for, through fragments too: every alias is a call of its own. */
function rootFields(document: DocumentNode, operation: OperationDefinitionNode): ReadonlyMap<string, number> {
  const fragments = new Map(
    document.definitions.flatMap((node): [string, FragmentDefinitionNode][] =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [],
    ),
  );
  // Two selections of one response name are one call.
  const names = new Map<string, string>();
  const spread = new Set<string>();
  const collect = ({ selections }: SelectionSetNode) => {
    for (const node of selections) {
      if (node.kind === Kind.FIELD) names.set((node.alias ?? node.name).value, node.name.value);
      else if (node.kind === Kind.INLINE_FRAGMENT) collect(node.selectionSet);
      else if (!spread.has(node.name.value)) {
        spread.add(node.name.value);
        const fragment = fragments.get(node.name.value);
        if (fragment) collect(fragment.selectionSet);
      }
    }
  };
  collect(operation.selectionSet);
  const counts = new Map<string, number>();
  for (const field of names.values()) counts.set(field, (counts.get(field) ?? 0) + 1);
  return counts;
}
