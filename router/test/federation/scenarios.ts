import type { Scenario } from './scenario.ts';
import { aliases } from './scenarios/aliases.ts';
import { conditions } from './scenarios/conditions.ts';
import { context } from './scenarios/context.ts';
import { declarations } from './scenarios/declarations.ts';
import { entities } from './scenarios/entities.ts';
import { failures } from './scenarios/failures.ts';
import { inputs } from './scenarios/inputs.ts';
import { interfaceObjectTypes } from './scenarios/interface-object-types.ts';
import { interfaceObjects } from './scenarios/interface-objects.ts';
import { interfaces } from './scenarios/interfaces.ts';
import { keyLists } from './scenarios/key-lists.ts';
import { keys } from './scenarios/keys.ts';
import { legacy } from './scenarios/legacy.ts';
import { mutations } from './scenarios/mutations.ts';
import { override } from './scenarios/override.ts';
import { partialTypes } from './scenarios/partial-types.ts';
import { plannerGaps } from './scenarios/planner-gaps.ts';
import { plannerKeys } from './scenarios/planner-keys.ts';
import { plannerNames } from './scenarios/planner-names.ts';
import { provides } from './scenarios/provides.ts';
import { reentry } from './scenarios/reentry.ts';
import { requirementChains } from './scenarios/requirement-chains.ts';
import { requirementConflicts } from './scenarios/requirement-conflicts.ts';
import { requires } from './scenarios/requires.ts';
import { requiresArguments } from './scenarios/requires-arguments.ts';
import { requiresInterfaces } from './scenarios/requires-interfaces.ts';
import { roots } from './scenarios/roots.ts';
import { unions } from './scenarios/unions.ts';
import { visibility } from './scenarios/visibility.ts';

/** Every scenario; what each shows is in its cases. */
export const SCENARIOS: readonly Scenario[] = [
  ...interfaces,
  ...unions,
  ...interfaceObjects,
  ...keys,
  ...keyLists,
  ...entities,
  ...conditions,
  ...mutations,
  ...override,
  ...provides,
  ...requires,
  ...requiresArguments,
  ...requiresInterfaces,
  ...aliases,
  ...roots,
  ...reentry,
  ...context,
  ...failures,
  ...inputs,
  ...legacy,
  ...declarations,
  ...visibility,
  ...plannerNames,
  ...requirementConflicts,
  ...requirementChains,
  ...plannerKeys,
  ...partialTypes,
  ...plannerGaps,
  ...interfaceObjectTypes,
];
