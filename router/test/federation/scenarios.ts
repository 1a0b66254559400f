import type { Scenario } from './scenario.ts';
import { entities } from './scenarios/entities.ts';
import { interfaceObjects } from './scenarios/interface-objects.ts';
import { interfaces } from './scenarios/interfaces.ts';
import { keys } from './scenarios/keys.ts';
import { conditions } from './scenarios/conditions.ts';
import { mutations } from './scenarios/mutations.ts';
import { override } from './scenarios/override.ts';
import { provides } from './scenarios/provides.ts';
import { requires } from './scenarios/requires.ts';
import { aliases } from './scenarios/aliases.ts';
import { roots } from './scenarios/roots.ts';
import { unions } from './scenarios/unions.ts';

/** Every scenario; what each shows is in its cases. */
export const SCENARIOS: readonly Scenario[] = [...interfaces, ...unions, ...interfaceObjects, ...keys, ...entities, ...conditions, ...mutations, ...override, ...provides, ...requires, ...aliases, ...roots];
