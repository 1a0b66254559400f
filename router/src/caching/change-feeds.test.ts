import { describe, expect, it } from 'vitest';
import { type Announcement, createChangeFeeds, HEARD_MS, LATE_MS, stampOf } from './change-feeds.ts';

function open() {
  const clock = { at: 1_000 };
  const feeds = createChangeFeeds({ keepMs: 60_000, now: () => clock.at });
  const say = (sequence: number, changed: Announcement['changed'] = [], epoch = 1, feed = 'products', heldUp = 0) =>
    feeds.receive({ feed, epoch, sequence, saidAt: clock.at - 123_456 - heldUp, changed });
  const read = (tags: string[], subgraphs = ['products']) => {
    const stamp = stampOf(feeds.stamp(), new Set(subgraphs));
    if (!stamp) throw new Error('nothing vouches for it');
    return { stamp, tags };
  };
  return { clock, feeds, say, read };
}

describe('what was read', () => {
  it('is current until something that it depends on changes', () => {
    const { feeds, say, read } = open();
    say(7);
    const answer = read(['Product:1', 'Variant:a']);
    say(8);
    say(9, [{ typename: 'Product', ids: ['2'] }]);
    expect(feeds.judge(answer)).toBe('current');
    say(10, [{ typename: 'Variant', ids: ['x', 'a'] }]);
    expect(feeds.judge(answer)).toBe('stale');
    expect(feeds.judge(read(['Variant:a']))).toBe('current');
  });

  it('depends on which there are as soon as one of them changes', () => {
    const { feeds, say, read } = open();
    say(1);
    const list = read(['Product']);
    say(2, [{ typename: 'Product', ids: ['1'] }]);
    expect(feeds.judge(list)).toBe('stale');
  });

  it('is void when everything of its type may have changed', () => {
    const { feeds, say, read } = open();
    say(1);
    const [product, list, variant] = [read(['Product:1']), read(['Product']), read(['Variant:a'])];
    say(2, [{ typename: 'Product' }]);
    expect([product, list, variant].map(feeds.judge)).toEqual(['stale', 'stale', 'current']);
  });

  it('tells apart ids with colons in them', () => {
    const { feeds, say, read } = open();
    say(1);
    const [one, other] = [read(['Product:Product:1']), read(['Product:1'])];
    say(2, [{ typename: 'Product', ids: ['Product:1'] }]);
    expect([one, other].map(feeds.judge)).toEqual(['stale', 'current']);
  });

  it('tells apart types of which one begins like another', () => {
    const { feeds, say, read } = open();
    say(1);
    const answer = read(['Product:1', 'ProductGroup:1', 'Product:2', 'ProductGroup']);
    say(2, [{ typename: 'Product', ids: ['3'] }]);
    expect(feeds.judge(answer)).toBe('current');
    say(3, [{ typename: 'ProductGroup', ids: ['1'] }]);
    expect(feeds.judge(answer)).toBe('stale');
    const again = read(['Product:1', 'ProductGroup:1']);
    say(4, [{ typename: 'ProductGroup' }]);
    expect(feeds.judge(again)).toBe('stale');
  });

  it('from several subgraphs needs each of them, and changes with any', () => {
    const { feeds, say, read } = open();
    say(1);
    expect(stampOf(feeds.stamp(), new Set(['products', 'reviews']))).toBeNull();
    say(1, [], 1, 'reviews');
    const answer = read(['Product:1'], ['products', 'reviews']);
    say(2, [{ typename: 'Product', ids: ['1'] }], 1, 'reviews');
    expect(feeds.judge(answer)).toBe('stale');
  });
});

describe('nobody vouches', () => {
  it('for a subgraph that never said anything', () => {
    expect(open().feeds.stamp()).toEqual([]);
    expect(open().feeds.judge({ stamp: [], tags: [] })).toBe('unknown');
    expect(open().feeds.judge({ stamp: [{ feed: 'products', epoch: 1, sequence: 1 }], tags: [] })).toBe('unknown');
  });

  it('for one that fell silent, until it speaks again', () => {
    const { clock, feeds, say, read } = open();
    say(1);
    const answer = read(['Product:1']);
    clock.at += HEARD_MS + 1;
    expect([feeds.judge(answer), feeds.stamp()]).toEqual(['unknown', []]);
    say(2);
    expect(feeds.judge(answer)).toBe('current');
  });

  it('while the connection is lost', () => {
    const { feeds, say, read } = open();
    say(1);
    const answer = read(['Product:1']);
    feeds.lost();
    expect([feeds.judge(answer), feeds.stamp()]).toEqual(['unknown', []]);
  });

  it('for what was read before an announcement was missed', () => {
    const { feeds, say, read } = open();
    say(1);
    const answer = read(['Product:1']);
    say(3);
    expect(feeds.judge(answer)).toBe('stale');
    expect(feeds.judge(read(['Product:1']))).toBe('current');
  });

  it('for what was read before somebody else began to speak for the subgraph', () => {
    const { feeds, say, read } = open();
    say(1);
    const answer = read(['Product:1']);
    say(2, [], 2);
    expect(feeds.judge(answer)).toBe('stale');
    // A late word of the one before changes nothing.
    const later = read(['Product:1']);
    say(2, [], 1);
    expect([answer, later].map(feeds.judge)).toEqual(['stale', 'current']);
  });

  it('on the word of an announcement that was told before or overtaken', () => {
    const { clock, feeds, say, read } = open();
    say(4);
    const answer = read(['Product:1']);
    clock.at += HEARD_MS + 1;
    say(4);
    say(3, [{ typename: 'Product', ids: ['1'] }]);
    expect(feeds.judge(answer)).toBe('unknown');
  });
});

describe('an announcement that was held up on its way', () => {
  it('tells what changed, but not that nothing has since', () => {
    const { clock, feeds, say, read } = open();
    say(1);
    const [answer, other] = [read(['Product:1']), read(['Product:2'])];
    clock.at += HEARD_MS + 1;
    say(2, [{ typename: 'Product', ids: ['1'] }], 1, 'products', LATE_MS + 1);
    expect(feeds.judge(other)).toBe('unknown');
    say(3, [], 1, 'products', LATE_MS - 1);
    expect([answer, other].map(feeds.judge)).toEqual(['stale', 'current']);
  });

  it('is told from clocks that run apart', () => {
    const { clock, feeds, say } = open();
    for (let hour = 1; hour <= 24; hour += 1) {
      clock.at += 3_600_000;
      say(hour, [], 1, 'products', hour * 200);
      expect(feeds.stamp()).toHaveLength(1);
    }
  });
});

describe('a router that was told of it by another', () => {
  it('vouches for what was read at or after the first announcement that it heard itself', () => {
    const { feeds, say } = open();
    const readAt = (sequence: number) => ({
      stamp: [{ feed: 'products', epoch: 1, sequence }],
      tags: ['Product:1'],
    });
    say(5, [{ typename: 'Product', ids: ['1'] }]);
    expect(feeds.judge(readAt(3))).toBe('stale');
    // Read when 4 had been said; 5 changed it.
    expect(feeds.judge(readAt(4))).toBe('stale');
    expect(feeds.judge({ ...readAt(4), tags: ['Product:2'] })).toBe('current');
    expect(feeds.judge(readAt(5))).toBe('current');
    // The other router is ahead: what it has seen change is not in the answer any more.
    expect(feeds.judge(readAt(6))).toBe('current');
  });
});

describe('the memory of changes', () => {
  it('is given up only when all that was read before it has gone', () => {
    const { clock, feeds, say, read } = open();
    say(1);
    const early = read(['Product:1']);
    let sequence = 1;
    const pass = (ms: number) => {
      for (let passed = 0; passed < ms; passed += 500) {
        clock.at += 500;
        sequence += 1;
        say(sequence, [{ typename: 'Variant', ids: [`${sequence}`] }]);
      }
    };
    pass(59_000);
    expect(feeds.judge(early)).toBe('current');
    const late = read(['Product:2']);
    say(sequence + 1, [{ typename: 'Product', ids: ['2'] }]);
    sequence += 1;
    pass(58_000);
    expect(feeds.judge(late)).toBe('stale');
    pass(70_000);
    expect(feeds.judge(early)).toBe('stale');
  });

  it('does not grow with what a subgraph says: with very much of it, less is vouched for', () => {
    const { feeds, say, read } = open();
    say(1);
    const answer = read(['Product:no']);
    const ids = (from: number) => Array.from({ length: 30_000 }, (_, index) => String(from + index));
    say(2, [{ typename: 'Variant', ids: ids(0) }]);
    expect(feeds.judge(answer)).toBe('current');
    for (let sequence = 3; sequence < 10; sequence += 1)
      say(sequence, [{ typename: 'Variant', ids: ids(sequence * 30_000) }]);
    expect(feeds.judge(answer)).toBe('stale');
    const again = read(['Variant:1']);
    say(10, [{ typename: 'Variant', ids: ['1'] }]);
    expect(feeds.judge(again)).toBe('stale');
  });
});
