/** When the warehouse works. */
export interface WarehouseHours {
  readonly timeZone: string;
  /** The local hour at which the carrier collects: what is ordered later leaves on the next business day. */
  readonly cutOffHour: number;
  /** `MM-DD` for every year, `YYYY-MM-DD` for once. */
  readonly holidays: readonly string[];
}

/** The next business days as they are seen from one moment. */
export interface Schedule {
  /** `days[n]` is n business days after the day it leaves; `days[0]` is that day. */
  readonly days: readonly string[];
  readonly orderBefore: Date;
}

export interface DeliveryEstimate {
  readonly shipsOn: string;
  readonly earliest: string;
  readonly latest: string;
  readonly orderBefore: Date;
  readonly minBusinessDays: number;
  readonly maxBusinessDays: number;
}

export type Calendar = (now: Date) => Schedule;

/** No method may take longer; the database holds the same bound. */
export const MAX_BUSINESS_DAYS = 60;
const DAY_MS = 86_400_000;

export function createCalendar({ timeZone, cutOffHour, holidays }: WarehouseHours): Calendar {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' },
  });
  const closed = new Set(holidays);
  const isOpen = (day: string): boolean => {
    const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
    return weekday !== 0 && weekday !== 6 && !closed.has(day) && !closed.has(day.slice(5));
  };
  /** What a clock on the wall shows, written as if it were UTC. */
  const wallClock = (moment: Date): string => {
    const part = Object.fromEntries(format.formatToParts(moment).map(({ type, value }) => [type, value]));
    return `${part.year}-${part.month}-${part.day}T${part.hour}:${part.minute}:${part.second}Z`;
  };
  /** The moment at which the wall shows that hour; asked twice because the offset may change in between. */
  const momentOf = (day: string): Date => {
    const wanted = Date.parse(`${day}T00:00:00Z`) + cutOffHour * 3_600_000;
    let moment = wanted;
    for (let i = 0; i < 2; i += 1) moment += wanted - Date.parse(wallClock(new Date(moment)));
    return new Date(moment);
  };
  const scheduleFrom = (first: string): Schedule => {
    const days: string[] = [];
    for (let day = first; days.length <= MAX_BUSINESS_DAYS; day = nextDay(day)) if (isOpen(day)) days.push(day);
    return { days, orderBefore: momentOf(days[0] ?? first) };
  };
  // The same until the next cut-off.
  let last: { readonly first: string; readonly schedule: Schedule } | undefined;
  return (now) => {
    const wall = wallClock(now);
    const today = wall.slice(0, 10);
    const first = Number(wall.slice(11, 13)) < cutOffHour ? today : nextDay(today);
    if (last?.first !== first) last = { first, schedule: scheduleFrom(first) };
    return last.schedule;
  };
}

const nextDay = (day: string): string => new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);

export function estimate({ days, orderBefore }: Schedule, minDays: number, maxDays: number): DeliveryEstimate {
  const day = (n: number): string => days[n] ?? '';
  return {
    shipsOn: day(0),
    earliest: day(minDays),
    latest: day(maxDays),
    orderBefore,
    minBusinessDays: minDays,
    maxBusinessDays: maxDays,
  };
}
