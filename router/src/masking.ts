import type { Logger } from '@cartograph/runtime/logger';
import { createErrorMask } from '@cartograph/runtime/masking';
import type { Mask } from './gateway/execute.ts';

/** As in the subgraphs; an incident that a subgraph has logged already keeps its id. */
export function createRouterMask(logger: Logger): Mask {
  const mask = createErrorMask(logger);
  return (formatted, error) => {
    const { incidentId } = formatted.extensions ?? {};
    if (typeof incidentId !== 'string') return mask(formatted, error);
    return {
      message: formatted.message,
      ...(formatted.path && { path: formatted.path }),
      extensions: { code: 'INTERNAL_SERVER_ERROR', incidentId },
    };
  };
}
