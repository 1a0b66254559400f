// A process that uses the embedded database of a folder until it is interrupted, or killed.
import pg from 'pg';
import { startEmbedded } from '../src/database/embedded.ts';
import { withDatabase } from '../src/database/provision.ts';

const database = await startEmbedded({ dir: process.argv[2] ?? '', durable: false });
process.on('SIGINT', async () => {
  const client = new pg.Client({ connectionString: withDatabase(database.adminUrl, 'postgres') });
  await client.connect(); // Ctrl-C must not have reached the server: what still runs may need it.
  await client.end();
  await database.stop();
  process.stdout.write('stopped\n');
  process.exit(0);
});
setInterval(() => {}, 1_000);
process.stdout.write(`${database.adminUrl}\n`);
