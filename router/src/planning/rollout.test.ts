import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createRollout } from './rollout.ts';

const SUPERGRAPH = parse(`type A {
  a: Int @join__field(graph: X, override: "y", overrideLabel: "percent(25)") b: Int @join__field(graph: X, override: "y", overrideLabel: "percent(50.5)")
  c: Int @join__field(graph: X, override: "y", overrideLabel: "percent(0)") d: Int @join__field(graph: X, override: "y", overrideLabel: "percent(100)")
  e: Int @join__field(graph: X, override: "y", overrideLabel: "by-hand") f: Int @join__field(graph: X) }`);

describe('a rollout', () => {
  it('has one stage more than there are shares', () => {
    const rollout = createRollout(SUPERGRAPH, new Set());
    expect(rollout.stagesFor(parse('{ a }'))).toBe(3);
    expect(rollout.stagesFor(parse('{ f }'))).toBe(1);
    expect([0, 0.2499, 0.25, 0.5049, 0.505, 0.9999].map((draw) => rollout.stageAt(draw))).toEqual([0, 0, 1, 1, 2, 2]);
  });

  it('moves at each stage the fields of larger shares', () => {
    const rollout = createRollout(SUPERGRAPH, new Set());
    const moved = (stage: number) => [...rollout.conditions(stage)].flatMap(([label, on]) => (on ? [label] : []));
    expect(moved(0)).toEqual(['percent(25)', 'percent(50.5)', 'percent(100)']);
    expect(moved(1)).toEqual(['percent(50.5)', 'percent(100)']);
    expect(moved(2)).toEqual(['percent(100)']);
  });

  it('matters to every document where a moving field is required', () => {
    expect(createRollout(SUPERGRAPH, new Set(['a'])).stagesFor(parse('{ f }'))).toBe(3);
  });

  it('has one stage where nothing moves', () => {
    const rollout = createRollout(parse('type A { f: Int @join__field(graph: X) }'), new Set());
    expect(rollout.stagesFor(parse('{ f }'))).toBe(1);
    expect(rollout.conditions(0)).toEqual(new Map());
  });
});
