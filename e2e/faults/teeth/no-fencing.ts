import type { Tooth } from './tooth.ts';

export const noFencing: Tooth = {
  name: 'no fencing of a paused process',
  why: 'Whoever has begun a saga may write its progress, also after somebody else has taken it over.',
  source: [
    {
      file: 'packages/runtime/src/saga-rows.ts',
      find: `WHERE id = $1 AND version = $2 AND lease_owner = $3 AND status IN ('RUNNING', 'UNDOING')
           AND (step = $4 OR $5 IN ('RUNNING', 'DONE'))`,
      replace: 'WHERE id = $1 AND $2::bigint IS NOT NULL AND $3::text IS NOT NULL AND $4::text IS NOT NULL',
    },
  ],
  scenario: 'a process that writes afterwards',
  caughtBy: ['every saga is finished or undone'],
};
