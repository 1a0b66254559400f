import { createHash } from 'node:crypto';
import type { Logger } from '@cartograph/runtime/logger';
import { Redis } from '../redis-client.ts';
import type { RatesSettings } from '../settings/rates.ts';
import type { RateTable } from './rate-table.ts';
import type { Rates } from './rates.ts';

/**
 * For each key: what one router has let pass, and how much debt it knows of. Adds the former, believes whichever debt is
 * larger, and answers with the debt, all in microseconds by this server's clock: routers need not agree on the time. A
 * debt beyond anything possible comes from a clock that was set back, and is forgiven.
 */
const SCRIPT = `
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local debts = {}
for i, key in ipairs(KEYS) do
  local cost = tonumber(ARGV[i * 3 - 2])
  local known = tonumber(ARGV[i * 3 - 1])
  local most = tonumber(ARGV[i * 3])
  local paid = tonumber(redis.call('GET', key) or now)
  if paid < now or paid > now + most then paid = now end
  paid = math.max(paid + cost, now + known)
  local debt = math.floor(math.min(paid - now, most))
  if debt > 0 then
    redis.call('SET', key, string.format('%.0f', now + debt), 'PX', math.floor(debt / 1000) + 1)
  end
  debts[i] = debt
end
return debts
`;
const SHA = createHash('sha1').update(SCRIPT).digest('hex');

/** Clients told to the other routers in one call, so that no call keeps Redis busy for long. */
const MOST_AT_ONCE = 500;
/** Clients that wait to be told. What is beyond waits for the client's next request. */
const MOST_WAITING = 10_000;
/** Debts that many times the burst are no debts: that is how many routers may admit one burst each. */
const MOST_BURSTS = 100;

/** Runs the script over keys with three arguments each. Rejects soon when Redis does not answer. */
export type RunScript = (keys: readonly string[], args: readonly number[]) => Promise<readonly number[]>;

export interface SharedRates {
  /** Whether the last exchange went well; else this router counts alone. */
  readonly isShared: boolean;
  close(): Promise<void>;
}

/**
 * Lets several routers count together. No request waits for Redis: a router decides by what it knows and tells what it
 * let pass a moment later, many clients in one call, and learns what the others let pass. So a burst may be exceeded by
 * what arrives elsewhere in that moment; it becomes debt, and the steady rate holds exactly. Without Redis each router
 * goes on with what it knows, and tells it when Redis is back.
 */
export function shareRates(
  rates: Pick<Rates, 'tables'>,
  run: RunScript,
  {
    settings,
    logger,
    now = () => performance.now(),
  }: { readonly settings: RatesSettings['redis']; readonly logger: Logger; readonly now?: () => number },
): SharedRates {
  let waiting: { readonly table: RateTable; readonly key: string }[] = [];
  let timer: NodeJS.Timeout | NodeJS.Immediate | undefined;
  let exchange: Promise<void> | undefined;
  let lastAt = Number.NEGATIVE_INFINITY;
  let isShared: boolean | undefined;
  let isClosed = false;

  for (const table of rates.tables)
    table.onNews = (of, key) => {
      // Taken back, so that its next request is news again.
      if (waiting.length >= MOST_WAITING) of.collect(key, now());
      else {
        waiting.push({ table: of, key });
        schedule(settings.every);
      }
    };

  function schedule(pause: number) {
    if (timer || exchange || isClosed || waiting.length === 0) return;
    const rest = lastAt + pause - now();
    // Without its reference an immediate would wait for the next timer or packet, which may be long in coming.
    timer = rest <= 0 ? setImmediate(start) : setTimeout(start, rest).unref();
  }

  function start() {
    timer = undefined;
    lastAt = now();
    exchange = tell(waiting.slice(0, MOST_AT_ONCE)).then((went) => {
      exchange = undefined;
      schedule(went ? settings.every : settings.retryEvery);
    });
  }

  /** Whether it went well. What did not get through is told again with the debt of the client's next request. */
  async function tell(clients: typeof waiting): Promise<boolean> {
    waiting = waiting.slice(clients.length);
    const keys: string[] = [];
    const args: number[] = [];
    const told: typeof waiting = [];
    for (const client of clients) {
      const { table, key } = client;
      const news = table.collect(key, now());
      if (!news || news.times === 0) continue;
      told.push(client);
      keys.push(`{${settings.prefix}:rates}:${table.name}:${key}`);
      args.push(micro(news.times * table.interval), micro(news.debt), micro(table.tolerance * MOST_BURSTS));
    }
    if (keys.length === 0) return true;
    try {
      const debts = await run(keys, args);
      for (const [index, { table, key }] of told.entries()) table.learn(key, (debts[index] ?? 0) / 1_000, now());
      if (!isShared) logger.info('rate limits are shared with the other routers');
      isShared = true;
    } catch (error) {
      if (isShared !== false)
        logger.warn({ err: error }, 'rate limits hold for this router alone: Redis does not answer');
      isShared = false;
    }
    return isShared;
  }

  return {
    get isShared() {
      return isShared === true;
    },
    async close() {
      isClosed = true;
      for (const table of rates.tables) table.onNews = undefined;
      clearTimeout(timer as NodeJS.Timeout | undefined);
      clearImmediate(timer as NodeJS.Immediate | undefined);
      await exchange;
    },
  };
}

const micro = (milliseconds: number): number => Math.round(milliseconds * 1_000);

/** A connection of its own, which gives up soon: what waits in a queue for Redis is of no use to anybody. */
export function connectRates(
  url: string,
  { timeout, retryEvery }: RatesSettings['redis'],
): { readonly run: RunScript; close(): void } {
  const redis = new Redis(url, {
    connectionName: 'cartograph-router-rates',
    commandTimeout: timeout,
    socketTimeout: timeout * 10,
    connectTimeout: Math.max(1_000, timeout),
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    retryStrategy: () => retryEvery,
  });
  // Without a listener a lost connection ends the process; what it means is said where the rates are shared.
  redis.on('error', () => {});
  return {
    async run(keys, args) {
      try {
        return (await redis.evalsha(SHA, keys.length, ...keys, ...args)) as number[];
      } catch (error) {
        if (!(error as Error).message.startsWith('NOSCRIPT')) throw error;
        return (await redis.eval(SCRIPT, keys.length, ...keys, ...args)) as number[];
      }
    },
    close: () => redis.disconnect(),
  };
}

/** Shares the limits with every router on one Redis, for as long as this router runs. */
export function shareRatesBy(
  url: string,
  rates: Pick<Rates, 'tables'>,
  settings: RatesSettings['redis'],
  logger: Logger,
): SharedRates {
  const redis = connectRates(url, settings);
  const shared = shareRates(rates, redis.run, { settings, logger });
  return {
    get isShared() {
      return shared.isShared;
    },
    async close() {
      await shared.close();
      redis.close();
    },
  };
}
