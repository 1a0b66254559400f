import type { IncomingHttpHeaders } from 'node:http';
import { prettyFormatQueryPlan, type QueryPlan } from '@apollo/query-planner';
import { isStaff, type Viewer } from '@cartograph/kernel/viewer';
import type { TelemetrySettings } from '../settings/telemetry.ts';

/** Callers that send this header with the value `tell` find in `extensions.queryPlan` how their operation is carried out. */
export const QUERY_PLAN_HEADER = 'x-cartograph-query-plan';

/** For `extensions.queryPlan` of an answer; undefined for whoever did not ask, or may not know. */
export type TellQueryPlan = (headers: IncomingHttpHeaders, viewer: Viewer, plan: QueryPlan) => object | undefined;

/** A plan names subgraphs and fields that are inside: developers and staff see it, and strangers never do. */
export function createQueryPlanTeller(
  { queryPlan }: Pick<TelemetrySettings, 'queryPlan'>,
  { production }: { readonly production: boolean },
): TellQueryPlan {
  const mayKnow = (viewer: Viewer) => !production || (queryPlan === 'staff' && isStaff(viewer));
  return (headers, viewer, plan) => {
    if (headers[QUERY_PLAN_HEADER] !== 'tell' || !mayKnow(viewer)) return undefined;
    return { text: prettyFormatQueryPlan(plan), json: plan };
  };
}
