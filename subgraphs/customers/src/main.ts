import { createLogger } from '@cartograph/runtime/logger';
import { runUntilSignal } from '@cartograph/runtime/run-until-signal';
import { openCustomers } from './subgraph.ts';

await runUntilSignal(() => openCustomers(process.env), createLogger('customers', process.env.LOG_LEVEL));
