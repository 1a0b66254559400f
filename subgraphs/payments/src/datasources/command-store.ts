import { createHash } from 'node:crypto';
import type { Database } from '@cartograph/runtime/database/connect';
import type { CommandStore } from '../ports.ts';
import { run, type Statement } from './statement.ts';

/** The update changes nothing: it makes a row that is there already answer like a new one. */
const CLAIM: Statement = {
  name: 'claim_command',
  text: `
INSERT INTO commands AS c (actor, operation, key, fingerprint) VALUES ($1, $2, $3, $4)
ON CONFLICT (actor, operation, key) DO UPDATE SET fingerprint = c.fingerprint
RETURNING c.fingerprint`,
};

export const createCommandStore = (db: Database): CommandStore => ({
  async claim({ actor, operation, key }, input) {
    const fingerprint = createHash('sha256').update(JSON.stringify(input)).digest('base64url');
    const [row] = await run(db, CLAIM, [actor, operation, key, fingerprint]);
    return row?.fingerprint === fingerprint;
  },
});
