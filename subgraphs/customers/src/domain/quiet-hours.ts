import { zonesOf } from './calling-codes.ts';

/** When no phone is to ring, in minutes since midnight where its owner is. */
export interface QuietHours {
  readonly from: number;
  readonly to: number;
  /** For numbers of countries that are not listed. */
  readonly otherwiseIn: string;
}

const DAY = 1440;
const MINUTE_MS = 60_000;

/** "21:00-08:00"; null for what is no span of time. */
export function readQuietHours(text: string, otherwiseIn: string): QuietHours | null {
  const [, ...parts] = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  const [fromHour = 0, fromMinute = 0, toHour = 0, toMinute = 0] = parts.map(Number);
  return parts.length > 0 ? { from: fromHour * 60 + fromMinute, to: toHour * 60 + toMinute, otherwiseIn } : null;
}

/** When a message to this number may go: null for now. A number that may be in several zones waits for all of them. */
export function quietUntil(phone: string, now: Date, hours: QuietHours): Date | null {
  const zones = zonesOf(phone) ?? [hours.otherwiseIn];
  let at = now;
  // Each turn ends the quiet of one zone; where they leave no time in common, the last one decides.
  for (let turn = 0; turn <= zones.length * 2; turn += 1) {
    const left = zones.map((zone) => minutesLeft(minuteOfDay(at, zone), hours)).find((minutes) => minutes > 0);
    if (left === undefined) break;
    at = new Date(Math.floor(at.getTime() / MINUTE_MS) * MINUTE_MS + left * MINUTE_MS);
  }
  return at === now ? null : at;
}

function minutesLeft(minute: number, { from, to }: QuietHours): number {
  const isQuiet = from <= to ? minute >= from && minute < to : minute >= from || minute < to;
  return isQuiet ? (to - minute + DAY) % DAY : 0;
}

function minuteOfDay(at: Date, timeZone: string): number {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const [hour = 0, minute = 0] = format.format(at).split(':').map(Number);
  return hour * 60 + minute;
}
