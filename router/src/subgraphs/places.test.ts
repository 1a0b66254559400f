import { describe, expect, it } from 'vitest';
import { type Occupant, Places } from './places.ts';

class Guest implements Occupant<Guest> {
  before: Guest | null = null;
  behind: Guest | null = null;
  place: Occupant<Guest>['place'] = 'none';
  readonly #begun: () => void;
  constructor(begun: () => void = () => {}) {
    this.#begun = begun;
  }
  begin(): void {
    this.#begun();
  }
}

describe('places', () => {
  it('go to who has waited longest, also after others have left from the middle', () => {
    const begun: number[] = [];
    const lengths: number[] = [];
    const places = new Places<Guest>(1, 9, (length) => lengths.push(length));
    const guests = Array.from({ length: 6 }, (_, at) => new Guest(() => begun.push(at)));
    for (const guest of guests) expect(places.enter(guest)).toBe(true);
    const [first, second, third, fourth, fifth, sixth] = guests as [Guest, Guest, Guest, Guest, Guest, Guest];
    places.leave(second);
    places.leave(fourth);
    places.leave(sixth);
    places.leave(sixth);
    for (const guest of [first, third, fifth]) places.leave(guest);
    expect(begun).toEqual([0, 2, 4]);
    expect(lengths).toEqual([1, 2, 3, 4, 5, 4, 3, 2, 1, 0]);
    expect(places.empty).toBe(true);
  });

  it('are refused when too many wait, and free again after that', () => {
    const places = new Places<Guest>(2, 1, () => {});
    const [one, two, three, four] = Array.from({ length: 4 }, () => new Guest()) as [Guest, Guest, Guest, Guest];
    expect([one, two, three, four].map((guest) => places.enter(guest))).toEqual([true, true, true, false]);
    expect([one, two, three, four].map(({ place }) => place)).toEqual(['taken', 'taken', 'waiting', 'none']);
    places.leave(one);
    expect(places.enter(four)).toBe(true);
    expect(three.place).toBe('taken');
  });

  it('pass through a long line of guests who leave as soon as they begin', () => {
    let begun = 0;
    const places = new Places<Guest>(1, 100_000, () => {});
    const brief = (): Guest => {
      const guest: Guest = new Guest(() => {
        begun += 1;
        places.leave(guest);
      });
      return guest;
    };
    const first = new Guest();
    places.enter(first);
    for (let at = 0; at < 100_000; at += 1) places.enter(brief());
    places.leave(first);
    expect(begun).toBe(100_000);
    expect(places.empty).toBe(true);
  });
});
