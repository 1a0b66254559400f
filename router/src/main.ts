import { createLogger } from '@cartograph/runtime/logger';
import { runUntilSignal } from '@cartograph/runtime/run-until-signal';
import { openRouter } from './open.ts';

await runUntilSignal(() => openRouter(process.env), createLogger('router'));
