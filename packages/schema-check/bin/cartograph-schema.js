#!/usr/bin/env node
// The sources are TypeScript and run as they are; tsx strips the types while they load.
import { register } from 'tsx/esm/api';

register();
const { main } = await import('../src/cli.ts');
process.exitCode = await main(process.argv.slice(2));
