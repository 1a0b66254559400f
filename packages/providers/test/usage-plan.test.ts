import { describe, expect, it } from 'vitest';
import { createUsagePlan } from '../src/usage-plan.ts';

const timed = async (plan: { admit(): Promise<void> }, times: number) => {
  const began = performance.now();
  await Promise.all(Array.from({ length: times }, () => plan.admit()));
  return performance.now() - began;
};

describe('a usage plan', () => {
  it('lets as many through at once as it grants, and all others one after another at its rate', async () => {
    const plan = createUsagePlan({ rate: 50, burst: 5 });
    expect(await timed(plan, 5)).toBeLessThan(15);
    const ms = await timed(plan, 10);
    expect(ms).toBeGreaterThan(180);
    expect(ms).toBeLessThan(400);
  });

  it('has nothing left once the provider refuses, and follows the rate that it says', async () => {
    const plan = createUsagePlan({ rate: 1, burst: 5, rateHeader: 'x-rate' });
    plan.heard(200, { 'x-rate': '20.0' });
    plan.heard(429, {});
    expect(await timed(plan, 2)).toBeGreaterThan(90);
    plan.heard(200, { 'x-rate': 'soon' });
    plan.heard(429, {});
    expect(await timed(plan, 2)).toBeLessThan(400);
  });

  it('sends away who would wait too long, and keeps no place for them', async () => {
    const plan = createUsagePlan({ rate: 10, burst: 1, longestWaitMs: 150 });
    await plan.admit();
    const first = plan.admit();
    await expect(plan.admit()).rejects.toMatchObject({ name: 'NoAnswer', hadNoEffect: true });
    await expect(plan.admit()).rejects.toMatchObject({ retryAfterMs: expect.any(Number) });
    await first;
    expect(await timed(plan, 1)).toBeLessThan(140);
  });
});
