import type { Logger } from '@cartograph/runtime/logger';
import { outcomeOf } from './request-meter.ts';
import type { RequestObserver, RequestRecord } from './request-record.ts';

/** One line per request. Never a variable, never the document: either may hold somebody's data. */
export const createRequestLog = (logger: Logger): RequestObserver => ({
  began() {},
  ended(record: RequestRecord) {
    const { context, operation, refusal, errors, startedAt } = record;
    if (!refusal && !errors) return;
    logger.info(
      {
        requestId: context?.requestId,
        operation: operation?.compiled.name ?? null,
        kind: operation?.compiled.kind ?? null,
        viewer: context?.viewer.kind ?? null,
        outcome: outcomeOf(record),
        code: refusal?.code ?? errors?.[0]?.extensions?.code ?? null,
        status: record.status,
        ms: Math.round((performance.now() - startedAt) * 100) / 100,
        cost: operation ? record.cost : null,
        subgraphCalls: context?.watch?.subgraphCalls ?? 0,
      },
      'request',
    );
  },
});
