import { codeOf } from '@cartograph/kernel/errors';
import { withRequest } from '@cartograph/runtime/current-request';
import { testDatabase } from '@cartograph/runtime/testing/test-database';
import { expect, it } from 'vitest';
import { PrismaClient } from '../generated/prisma/client.ts';
import { waitUntil } from '../src/operations/answer-order.ts';

const within = <T>(ms: number, work: () => T, mayBeCut = true): T =>
  withRequest({ id: 'r', deadline: performance.now() + ms, mayBeCut }, work);

it('what Prisma is asked in time that is over is told by its code, and never reaches the database', async () => {
  await using db = await testDatabase('orders');
  const prisma = new PrismaClient({ adapter: db.adapter });
  await prisma.discount.count();
  const before = db.statements.count;
  const asks = [
    () => prisma.discount.findFirst().then(() => 'done', codeOf),
    () => prisma.$transaction([prisma.discount.count(), prisma.order.count()]).then(() => 'done', codeOf),
    () => prisma.$queryRaw`SELECT 1`.then(() => 'done', codeOf),
  ];
  for (const ask of asks) expect(await within(-1, ask)).toBe('DEADLINE_EXCEEDED');
  expect(db.statements.count).toBe(before);
  for (const ask of asks) expect(await within(-1, ask, false)).toBe('done');
  await prisma.$disconnect();
});

it('a request waits for a saga as long as it may, or a little less than its caller does', () => {
  const left = (ms: number) => Math.round(waitUntil(10_000) - performance.now() - ms);
  expect(Math.abs(left(10_000))).toBeLessThan(100);
  expect(Math.abs(within(60_000, () => left(10_000)))).toBeLessThan(100);
  expect(Math.abs(within(5_000, () => left(4_750)))).toBeLessThan(100);
  expect(Math.abs(within(100, () => left(0)))).toBeLessThan(100);
});
