import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT } from '@cartograph/runtime/sdl';

/** Where the providers' official contracts are: `CONTRACTS_DIR`, or the folder beside the checkout. */
export const contractsFolder = (): string =>
  resolve(fileURLToPath(ROOT), process.env.CONTRACTS_DIR ?? '../shared/contracts');

/**
 * Whether tests against contracts can run. Where they must, under `CI=true`, their absence is an error; elsewhere it is
 * said why they are skipped.
 */
export function hasContracts(): boolean {
  const folder = contractsFolder();
  if (existsSync(folder)) return true;
  const why = `the providers' contracts are not in ${folder}: set CONTRACTS_DIR to a folder that has them`;
  if (process.env.CI) throw new Error(why);
  console.warn(`skipped: ${why}`);
  return false;
}

/** A JSON file of a provider, such as `stripe/openapi.json`. */
export const readContractFile = (path: string): unknown => JSON.parse(readContractText(path));

/** The same as it stands there, such as an SDL. */
export const readContractText = (path: string): string => readFileSync(resolve(contractsFolder(), path), 'utf8');
