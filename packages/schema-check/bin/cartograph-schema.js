#!/usr/bin/env node
// The sources are TypeScript and run as they are; tsx strips the types while they load.
import { sep } from 'node:path';
import { register } from 'tsx/esm/api';

// In a folder of a workspace, npx starts us at the workspace's root; paths are meant from where people stand.
const { npm_command: command, INIT_CWD: start } = process.env;
if (command === 'exec' && start?.startsWith(`${process.cwd()}${sep}`)) process.chdir(start);

register();
const { main } = await import('../src/cli.ts');
process.exitCode = await main(process.argv.slice(2));
