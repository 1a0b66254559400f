import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describe as describeFindings } from '../report.ts';
import { openPostgres, type Postgres } from '../world/postgres.ts';
import { TEETH } from './all.ts';
import { bite, runSound } from './bite.ts';

/** The quickest of them; `npm run faults:teeth` tries all. */
const QUICK = TEETH.filter(({ name }) =>
  [
    'skip the provider key',
    'publish before commit',
    'a replay ignores the fingerprint',
    'a webhook is applied twice',
  ].includes(name),
);

const folder = mkdtempSync(join(tmpdir(), 'cartograph-teeth-'));
let postgres: Postgres;
beforeAll(async () => {
  postgres = await openPostgres(folder);
}, 120_000);
afterAll(async () => {
  await postgres?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

it('the scenarios break no rule of the product as it is', async () => {
  const sound = await runSound(
    { folder, postgres },
    QUICK.map(({ scenario }) => scenario),
  );
  for (const [scenario, findings] of sound) expect(describeFindings(findings), scenario).toBe('');
}, 240_000);

it.each(QUICK)(
  '"$name" is caught',
  async (tooth) => {
    const { missed, caughtBy } = await bite({ folder, postgres }, tooth);
    expect(missed, `caught by ${caughtBy.join('; ')}`).toEqual([]);
  },
  240_000,
);
