import { createLogger } from '@cartograph/runtime/logger';
import { runUntilSignal } from '@cartograph/runtime/run-until-signal';
import { openShipping } from './subgraph.ts';

await runUntilSignal(() => openShipping(process.env), createLogger('shipping', process.env.LOG_LEVEL));
