import { createLogger } from '@cartograph/runtime/logger';
import { runUntilSignal } from '@cartograph/runtime/run-until-signal';
import { openProducts } from './subgraph.ts';

await runUntilSignal(() => openProducts(process.env), createLogger('products', process.env.LOG_LEVEL));
