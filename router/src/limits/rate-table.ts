import { createHash } from 'node:crypto';
import type { RateSettings } from '../settings/rates.ts';

const SMALLEST = 1_024;
/** When all are in use, this many are looked at and the one with the least to lose is forgotten. */
const LOOKED_AT = 8;
/** Ids from a foreign issuer may be long; what is remembered is not. */
const LONGEST_KEY = 100;

/**
 * How often each client did something, by the generic cell rate algorithm: one number per client, the time at which its
 * last request would be paid off at the steady rate. What lies in the future is its debt.
 *
 * Bounded: beyond `capacity` the client with the least debt among a few is forgotten, and who has none is none. So a
 * caller who floods the table with new clients does not wash away its own debt.
 */
export class RateTable {
  readonly name: string;
  /** Milliseconds that one request costs. */
  readonly interval: number;
  /** The most debt, in milliseconds. */
  readonly tolerance: number;
  /** Told when a client has news for the other routers, once until it is `collect`ed. */
  onNews: ((table: RateTable, key: string) => void) | undefined;

  private readonly capacity: number;
  private readonly slots = new Map<string, number>();
  private readonly keys: (string | undefined)[] = [];
  private paidAt = new Float64Array(SMALLEST);
  /** Requests since the last `collect`. */
  private news = new Float64Array(SMALLEST);
  private readonly free: number[] = [];
  private hand = 0;

  constructor(name: string, { requests, per, burst }: RateSettings, capacity: number) {
    this.name = name;
    this.interval = per / requests;
    this.tolerance = this.interval * burst;
    this.capacity = capacity;
  }

  get size(): number {
    return this.slots.size;
  }

  /**
   * Counts `times` requests, or none of them when that is too many: then the answer is the milliseconds to wait, which
   * are infinite when so many can never come at once. 0 says that they may pass.
   */
  take(id: string, now: number, times = 1): number {
    const key = keyOf(id);
    const slot = this.slots.get(key);
    const paidAt = slot === undefined ? now : Math.max(now, this.paidAt[slot] ?? now);
    const cost = times * this.interval;
    if (cost > this.tolerance) return Number.POSITIVE_INFINITY;
    const wait = paidAt + cost - now - this.tolerance;
    // Sums of fractions: a thousandth of a millisecond is not worth a refusal.
    if (wait > 0.001) return wait;
    const own = slot ?? this.newSlot(key, now);
    this.paidAt[own] = paidAt + cost;
    const news = this.news[own] ?? 0;
    this.news[own] = news + times;
    if (news === 0) this.onNews?.(this, key);
    return 0;
  }

  /** Milliseconds until one request may pass; nothing is counted. */
  wait(id: string, now: number): number {
    const slot = this.slots.get(keyOf(id));
    if (slot === undefined) return 0;
    return Math.max(0, (this.paidAt[slot] ?? now) + this.interval - now - this.tolerance);
  }

  /** What the other routers should know of a client: requests since the last time, and its debt. */
  collect(key: string, now: number): { readonly times: number; readonly debt: number } | null {
    const slot = this.slots.get(key);
    if (slot === undefined) return null;
    const times = this.news[slot] ?? 0;
    this.news[slot] = 0;
    return { times, debt: Math.max(0, (this.paidAt[slot] ?? now) - now) };
  }

  /** What all routers together know of a client: the debt as it was when it was collected here. */
  learn(key: string, debt: number, now: number) {
    const slot = this.slots.get(key);
    if (slot === undefined) return;
    const since = (this.news[slot] ?? 0) * this.interval;
    this.paidAt[slot] = Math.max(this.paidAt[slot] ?? now, now + debt + since);
  }

  private newSlot(key: string, now: number): number {
    // Two steps of tidying for each newcomer, so that whoever has paid does not stay.
    this.forgetPaid(now);
    this.forgetPaid(now);
    if (this.slots.size >= this.capacity) this.forgetLeastInDebt();
    const slot = this.free.pop() ?? this.grow();
    this.keys[slot] = key;
    this.news[slot] = 0;
    this.slots.set(key, slot);
    return slot;
  }

  private grow(): number {
    const slot = this.keys.length;
    this.keys.push(undefined);
    if (slot >= this.paidAt.length) {
      this.paidAt = copyTo(this.paidAt, slot * 2);
      this.news = copyTo(this.news, slot * 2);
    }
    return slot;
  }

  private forgetPaid(now: number) {
    if (this.keys.length === 0) return;
    this.hand = (this.hand + 1) % this.keys.length;
    if (this.keys[this.hand] !== undefined && (this.paidAt[this.hand] ?? 0) <= now) this.forget(this.hand);
  }

  private forgetLeastInDebt() {
    let least: number | undefined;
    for (let looked = 0; looked < LOOKED_AT; looked += 1) {
      const slot = Math.floor(Math.random() * this.keys.length);
      if (this.keys[slot] === undefined) continue;
      if (least === undefined || (this.paidAt[slot] ?? 0) < (this.paidAt[least] ?? 0)) least = slot;
    }
    if (least !== undefined) this.forget(least);
  }

  private forget(slot: number) {
    const key = this.keys[slot];
    if (key !== undefined) this.slots.delete(key);
    this.keys[slot] = undefined;
    this.free.push(slot);
  }
}

function copyTo(from: Float64Array, length: number): Float64Array<ArrayBuffer> {
  const to = new Float64Array(length);
  to.set(from);
  return to;
}

const keyOf = (id: string): string =>
  id.length <= LONGEST_KEY ? id : createHash('sha256').update(id).digest('base64url');
