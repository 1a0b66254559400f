import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Env, SettingError } from '@cartograph/runtime/settings';
import { parse } from 'yaml';
import type { z } from 'zod';
import { cache } from './cache.ts';
import { compression } from './compression.ts';
import { limits } from './limits.ts';
import { operations } from './operations.ts';
import { rates } from './rates.ts';
import { resilience } from './resilience.ts';
import { telemetry } from './telemetry.ts';
import { section } from './units.ts';

/** The parts of `router.yaml`, one file each. A new one is an import and a line here. */
const settings = section({
  resilience,
  limits,
  operations,
  compression,
  cache,
  rates,
  telemetry,
});

export type RouterSettings = z.output<typeof settings>;

const DEFAULT_FILE = fileURLToPath(new URL('../../router.yaml', import.meta.url));

/** Reads `router.yaml`, or the file that `ROUTER_SETTINGS` names. Throws before anything starts. */
export function readSettings(env: Env): RouterSettings {
  const file = env.ROUTER_SETTINGS?.trim() || DEFAULT_FILE;
  const result = settings.safeParse(parseYaml(file));
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => `${path.join('.') || 'the file'} ${message}`);
  throw new SettingError(
    file,
    `cannot be used:\n${[...new Set(problems)].map((problem) => `  ${problem}.`).join('\n')}`,
  );
}

function parseYaml(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new SettingError('ROUTER_SETTINGS', `names ${file}, which cannot be read (${code}).`);
  }
  try {
    return parse(text);
  } catch (error) {
    throw new SettingError(file, `is not YAML: ${(error as Error).message}`);
  }
}
