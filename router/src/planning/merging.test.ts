import { MapWithCachedArrays, SelectionSet } from '@apollo/federation-internals';
import { expect, it } from 'vitest';
import { withMendedMerging } from './merging.ts';

it('leaves everything as it was, also where planning fails', () => {
  const classes = () => [MapWithCachedArrays.prototype.set, SelectionSet.prototype.canRebaseOn];
  const before = classes();
  expect(
    withMendedMerging(() => {
      new MapWithCachedArrays().set('a', 1);
      expect(classes()).not.toEqual(before);
      return 'plan';
    }),
  ).toBe('plan');
  expect(classes()).toEqual(before);
  expect(() =>
    withMendedMerging(() => {
      throw new Error('no way');
    }),
  ).toThrow('no way');
  expect(classes()).toEqual(before);
});

it('merges what waits for one fetch, and nothing that waits for several', () => {
  class Group {
    readonly #parents: readonly unknown[];
    constructor(...parents: readonly unknown[]) {
      this.#parents = parents;
    }
    canMergeChildIn(_child: Group) {
      return true;
    }
    parents() {
      return this.#parents;
    }
  }
  const root = new Group();
  const [one, two] = [new Group(root), new Group(root, root)];
  withMendedMerging(() => {
    new MapWithCachedArrays().set('a', root);
    expect([root.canMergeChildIn(one), root.canMergeChildIn(two)]).toEqual([true, false]);
  });
  expect(root.canMergeChildIn(two)).toBe(true);
});
