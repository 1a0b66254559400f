import type { KnownOperation } from '../gateway/known-operations.ts';
import { MUTATION_BY_GET } from '../http/admission.ts';
import type { Caller } from '../http/asked.ts';
import type { LimitsSettings } from '../settings/limits.ts';
import { checkCost } from './cost.ts';
import type { Rates } from './rates.ts';
import type { Refusal } from './refusal.ts';
import { mayIntrospect, NO_INTROSPECTION } from './validation-answer.ts';

/** What stands against one caller's executing one operation at this cost, now; null: nothing. */
export type CheckOperation = (caller: Caller, operation: KnownOperation, cost: number) => Refusal | null;

export const createOperationCheck =
  (limits: LimitsSettings, rates: Rates, { production }: { readonly production: boolean }): CheckOperation =>
  ({ viewer, address, byGet }, operation, cost) => {
    if (byGet && operation.compiled.kind === 'mutation') return MUTATION_BY_GET;
    if (operation.introspects && !mayIntrospect({ viewer: viewer.kind, production }, limits.introspection))
      return NO_INTROSPECTION;
    const tooDear = operation.priced ? checkCost(cost, viewer.kind, limits.cost) : null;
    if (tooDear) return tooDear;
    return operation.rates.counts.length > 0 ? rates.takeOperation(viewer, address, operation.rates) : null;
  };
