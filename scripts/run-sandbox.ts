// `npm run sandbox`: the sandbox providers alone, for subgraphs that run as processes of their own.
import { createLogger } from '@cartograph/runtime/logger';
import { runUntilSignal } from '@cartograph/runtime/run-until-signal';
import { openSandbox } from './sandbox.ts';
import { readSecrets } from './secrets.ts';
import { DEFAULT_BASE_PORT, dataFolder, portsFrom } from './settings.ts';

const ports = portsFrom(Number(process.env.BASE_PORT ?? DEFAULT_BASE_PORT));
let close = async () => {};

await runUntilSignal(
  () => ({
    name: 'sandbox',
    listen: async () => {
      close = await openSandbox(ports, await readSecrets(dataFolder(process.env)), process.env);
      return `http://127.0.0.1:${ports.sandbox.payments}`;
    },
    close: () => close(),
  }),
  createLogger('sandbox'),
);
