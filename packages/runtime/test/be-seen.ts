import { connect } from '../src/database/connect.ts';
import { createLogger } from '../src/logger.ts';
import { createPresence } from '../src/presence.ts';

/** Is seen by other processes until it is killed. */
const { pool } = connect(process.env.DATABASE_URL ?? '', { name: 'seen' });
const presence = createPresence(pool, createLogger('test', 'silent'));
await presence.seen;
process.stdout.write(`${presence.owner}\n`);
