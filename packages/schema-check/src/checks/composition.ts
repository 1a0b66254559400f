import type { Draft } from '../findings/finding.ts';
import type { CompositionError, Hint } from '../graph/compose.ts';
import { type Definitions, parentOf } from '../graph/coordinates.ts';
import type { SecondOpinion } from '../graph/second-opinion.ts';

const FIXES: Readonly<Record<string, string>> = {
  SATISFIABILITY_ERROR: 'Keep a @key that every subgraph on the way can resolve, or declare the fields that it needs.',
  INVALID_FIELD_SHARING: 'Mark the field @shareable in every subgraph that resolves it, or remove it from all but one.',
  KEY_INVALID_FIELDS: 'Name only fields that this subgraph defines in @key.',
  REQUIRES_INVALID_FIELDS:
    'Declare the required fields as @external here, and keep them in the subgraph that owns them.',
  PROVIDES_INVALID_FIELDS: 'Name only fields that exist in @provides.',
  EXTERNAL_MISSING_ON_BASE: 'Define the external field in the subgraph that owns it, or stop using it here.',
  FIELD_TYPE_MISMATCH: 'Give the field one type in all subgraphs, in one change.',
  REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH:
    'Add the required field to the input in every subgraph that defines it.',
};

/** A head that does not compose: one finding for each of the composer's errors. */
export function compositionDrafts(errors: readonly CompositionError[], head: Definitions): readonly Draft[] {
  return errors.map(({ code, message, file, line, subgraph }) => {
    const coordinate = coordinateIn(message, head);
    const at = coordinate === undefined ? undefined : definitionFor(coordinate, subgraph, head);
    return {
      rule: `composition/${code}`,
      level: 'breaking',
      coordinate: coordinate ?? subgraph ?? 'schema',
      place: file && line ? { subgraph, file, line } : (at ?? { subgraph, file }),
      reason: firstSentence(message),
      fix: FIXES[code] ?? 'Make the subgraphs agree again, in one change.',
    };
  });
}

function definitionFor(coordinate: string, subgraph: string | undefined, head: Definitions) {
  const found = head.at(coordinate).find((each) => each.subgraph.name === subgraph) ?? head.nearest(coordinate);
  return found && { subgraph: found.subgraph.name, file: found.subgraph.file, line: found.node.loc?.startToken.line };
}

const QUOTED = /"(@?[A-Za-z_]\w*(?:\.\w+)?(?:\(\w+:\))?)"/g;

function coordinateIn(message: string, head: Definitions): string | undefined {
  const quoted = [...message.matchAll(QUOTED)].flatMap(([, coordinate]) => coordinate ?? []);
  return quoted.find((each) => each.includes('.')) ?? quoted.find((each) => head.at(each).length > 0);
}

const firstSentence = (message: string): string =>
  message
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .slice(0, 6)
    .join(' ');

/** The second composer does not decide; that it sees things otherwise is worth a look. */
export function disagreement(composes: boolean, second: SecondOpinion): readonly Draft[] {
  if (composes === second.composes) return [];
  const reason = composes
    ? `@apollo/composition composes the subgraphs, @theguild/federation-composition does not: ${second.messages[0] ?? ''}`
    : '@theguild/federation-composition composes the subgraphs, @apollo/composition does not.';
  return [
    {
      rule: 'composers-disagree',
      level: 'warning',
      coordinate: 'schema',
      reason,
      fix: 'Find the construct that the two read differently: other routers may as well.',
    },
  ];
}

const DRIFT: ReadonlySet<string> = new Set([
  'INCONSISTENT_OBJECT_VALUE_TYPE_FIELD',
  'INCONSISTENT_INTERFACE_VALUE_TYPE_FIELD',
  'INCONSISTENT_INPUT_OBJECT_FIELD',
  'INCONSISTENT_ENUM_VALUE_FOR_INPUT_ENUM',
  'INCONSISTENT_ENUM_VALUE_FOR_OUTPUT_ENUM',
  'INCONSISTENT_UNION_MEMBER',
  'INCONSISTENT_BUT_COMPATIBLE_FIELD_TYPE',
  'INCONSISTENT_BUT_COMPATIBLE_ARGUMENT_TYPE',
  'INCONSISTENT_DEFAULT_VALUE_PRESENCE',
  'INCONSISTENT_ENTITY',
]);

/** Types that several subgraphs share and that this change makes them say differently. */
export function drift(hints: readonly Hint[], touched: ReadonlySet<string>, head: Definitions): readonly Draft[] {
  return hints.flatMap((hint): readonly Draft[] => {
    const coordinate = hint.coordinate ?? coordinateIn(hint.message, head);
    if (!DRIFT.has(hint.code) || coordinate === undefined || !isTouched(coordinate, touched)) return [];
    return [
      {
        rule: 'shared-type-drift',
        level: 'warning',
        coordinate,
        reason: firstSentence(hint.message),
        fix: `Say ${coordinate} alike in every subgraph that shares it.`,
      },
    ];
  });
}

function isTouched(coordinate: string, touched: ReadonlySet<string>): boolean {
  if (touched.has(coordinate)) return true;
  const parent = parentOf(coordinate);
  if (parent !== undefined) return touched.has(parent);
  return [...touched].some((each) => parentOf(each) === coordinate);
}
