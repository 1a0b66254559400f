import { createLogger } from '@cartograph/runtime/logger';
import { runUntilSignal } from '@cartograph/runtime/run-until-signal';
import { openOrders } from './subgraph.ts';

await runUntilSignal(() => openOrders(process.env), createLogger('orders', process.env.LOG_LEVEL));
