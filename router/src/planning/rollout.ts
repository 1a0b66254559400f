import { type DocumentNode, Kind, visit } from 'graphql';
import { textArgument } from './supergraph-document.ts';

/**
 * The fields that are on their way from one subgraph to another (`@override` with a label). `percent(20)` sends a fifth of the
 * requests to the new one; any other label has no one to switch it on here, and stays off.
 *
 * One draw decides over all labels of a request, so a request sees all fields of a smaller share moved only where those of a
 * larger share are: there is one plan more than there are shares, instead of two to their power.
 */
export interface Rollout {
  /** The stages that make a difference to a document: 1 where nothing in it is on its way. */
  stagesFor(document: DocumentNode): number;
  /** The stage of a request, for a number drawn from [0, 1). */
  stageAt(draw: number): number;
  /** For each label, whether its fields have moved. */
  conditions(stage: number): Map<string, boolean>;
}

const PERCENT = /^percent\((\d{1,3}(?:\.\d{1,8})?)\)$/;

/** `selected` are the names of the fields that plans fetch though no caller asks for them. */
export function createRollout(supergraph: DocumentNode, selected: ReadonlySet<string>): Rollout {
  const labels = new Set<string>();
  const moving = new Set<string>();
  visit(supergraph, {
    FieldDefinition({ name, directives = [] }) {
      for (const directive of directives) {
        const label = textArgument(directive, 'overrideLabel');
        if (directive.name.value !== 'join__field' || label === undefined) continue;
        labels.add(label);
        moving.add(name.value);
      }
    },
  });
  const shares = new Map([...labels].map((label) => [label, shareOf(label)]));
  /** Where a draw below means something else than one above. */
  const bounds = [...new Set(shares.values())].filter((share) => share > 0 && share < 1).sort((a, b) => a - b);
  const always = [...selected].some((name) => moving.has(name));

  return {
    stagesFor(document) {
      if (bounds.length === 0) return 1;
      return always || selects(document, moving) ? bounds.length + 1 : 1;
    },
    stageAt: (draw) => bounds.filter((bound) => bound <= draw).length,
    conditions(stage) {
      const below = stage === 0 ? 0 : (bounds[stage - 1] as number);
      return new Map([...shares].map(([label, share]) => [label, share > below]));
    },
  };
}

function shareOf(label: string): number {
  const percent = PERCENT.exec(label)?.[1];
  return percent === undefined ? 0 : Number(percent) / 100;
}

function selects(document: DocumentNode, names: ReadonlySet<string>): boolean {
  let found = false;
  visit(document, {
    [Kind.FIELD]: ({ name }) => {
      found ||= names.has(name.value);
    },
  });
  return found;
}
