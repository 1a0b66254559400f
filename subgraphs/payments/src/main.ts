import { createLogger } from '@cartograph/runtime/logger';
import { runUntilSignal } from '@cartograph/runtime/run-until-signal';
import { openPayments } from './subgraph.ts';

await runUntilSignal(() => openPayments(process.env), createLogger('payments', process.env.LOG_LEVEL));
