import { type Change, type ChangeLog, createChangeLog } from './change-log.ts';

/** What a subgraph says a few times a second: what has changed, also if it is nothing. */
export interface Announcement {
  /** The subgraph. */
  readonly feed: string;
  /** Goes up whenever somebody else begins to speak for the subgraph: nothing is known of what was missed then. */
  readonly epoch: number;
  /** Goes up by one with each announcement of an epoch. */
  readonly sequence: number;
  /** When it was put together, in milliseconds by a clock that is the speaker's own and never turned back. */
  readonly saidAt: number;
  readonly changed: readonly Change[];
}

/** How far a router had heard one feed. */
export interface Position {
  readonly feed: string;
  readonly epoch: number;
  readonly sequence: number;
}

/** When something was read: what changed at the latest by then is in it. */
export type Stamp = readonly Position[];

/** Something that was read at one time and may be given out at another. */
export interface Dated {
  readonly stamp: Stamp;
  /** What it depends on; see tags.ts. */
  readonly tags: readonly string[];
  /** Where it was found current last, so that it need not be looked at again before something changes. */
  checkedAt?: number;
}

export type Verdict =
  /** Nothing that it depends on has changed since it was read. */
  | 'current'
  /** Something has, or it is too old to tell. It never becomes current again. */
  | 'stale'
  /** A feed is not heard now, or none vouches for it. */
  | 'unknown';

export interface ChangeFeeds {
  receive(announcement: Announcement): void;
  /** The connection over which announcements come is gone: until they come again nothing is vouched for. */
  lost(): void;
  /** How far every feed that is heard now has been heard. To be taken before the first read of what is to be kept. */
  stamp(): Stamp;
  judge(dated: Dated): Verdict;
  /** Goes up whenever something changed, or may have. */
  readonly version: number;
  /** Each feed that was ever heard, and whether it is now. */
  states(): readonly { readonly feed: string; readonly live: boolean }[];
}

/**
 * How long an announcement may be on its way and still say what is true now. The subgraph gives up on it then; one that
 * comes later all the same was held up by the network.
 */
export const LATE_MS = 200;
/**
 * How long after an announcement a feed counts as heard. A change is seen within this time, the time on the way, and what
 * the quickest announcement took, by which others are measured: 500 + 200 + 200, below a second.
 */
export const HEARD_MS = 500;
/** Two clocks drift apart by less than this share of the time. */
const DRIFT = 0.0002;

interface Feed {
  epoch: number;
  sequence: number;
  heardAt: number;
  /** How far our clock was ahead of the speaker's, at most, with an announcement that took no time; and when. */
  ahead: number;
  aheadAt: number;
  log: ChangeLog;
}

/** What of a stamp vouches for these subgraphs. Null: one of them was not heard, or there are none. */
export function stampOf(stamp: Stamp, subgraphs: ReadonlySet<string>): Stamp | null {
  const positions = stamp.filter(({ feed }) => subgraphs.has(feed));
  return positions.length > 0 && positions.length === subgraphs.size ? positions : null;
}

export interface ChangeFeedsOptions {
  /** How long the longest-lived answer is kept, in milliseconds. */
  readonly keepMs: number;
  readonly now?: () => number;
}

export function createChangeFeeds({ keepMs, now = () => performance.now() }: ChangeFeedsOptions): ChangeFeeds {
  const feeds = new Map<string, Feed>();
  let version = 0;

  const isLive = (feed: Feed | undefined): feed is Feed => feed !== undefined && now() - feed.heardAt <= HEARD_MS;

  /** The quickest announcement so far tells how the clocks stand to each other; others are measured by it. */
  function isInTime(feed: Feed, saidAt: number): boolean {
    const ahead = now() - saidAt;
    const least = feed.ahead + (now() - feed.aheadAt) * DRIFT;
    if (ahead > least) return ahead - least <= LATE_MS;
    feed.ahead = ahead;
    feed.aheadAt = now();
    return true;
  }

  return {
    receive({ feed: name, epoch, sequence, saidAt, changed }) {
      let feed = feeds.get(name);
      // Told before, or overtaken: what it says was counted as missed then.
      if (feed && (epoch < feed.epoch || (epoch === feed.epoch && sequence <= feed.sequence))) return;
      if (!feed || feed.epoch !== epoch || sequence !== feed.sequence + 1) {
        const known = feed?.epoch === epoch ? feed : { ahead: Number.POSITIVE_INFINITY, aheadAt: 0 };
        const { ahead, aheadAt } = known;
        const log = createChangeLog(sequence - 1, keepMs, now);
        feed = { epoch, sequence, heardAt: Number.NEGATIVE_INFINITY, ahead, aheadAt, log };
        feeds.set(name, feed);
        version += 1;
      }
      if (changed.length > 0) {
        feed.log.add(changed, sequence);
        version += 1;
      }
      feed.sequence = sequence;
      if (isInTime(feed, saidAt)) feed.heardAt = now();
    },
    lost() {
      for (const feed of feeds.values()) feed.heardAt = Number.NEGATIVE_INFINITY;
      version += 1;
    },
    stamp() {
      const stamp: Position[] = [];
      for (const [feed, state] of feeds)
        if (isLive(state)) stamp.push({ feed, epoch: state.epoch, sequence: state.sequence });
      return stamp;
    },
    judge(dated) {
      if (dated.stamp.length === 0) return 'unknown';
      for (const { feed } of dated.stamp) if (!isLive(feeds.get(feed))) return 'unknown';
      if (dated.checkedAt === version) return 'current';
      for (const { feed: name, epoch, sequence } of dated.stamp) {
        const feed = feeds.get(name);
        if (feed?.epoch !== epoch || sequence < feed.log.horizon) return 'stale';
        if (feed.log.changedSince(sequence, dated.tags)) return 'stale';
      }
      dated.checkedAt = version;
      return 'current';
    },
    get version() {
      return version;
    },
    states: () => [...feeds].map(([feed, state]) => ({ feed, live: isLive(state) })),
  };
}
