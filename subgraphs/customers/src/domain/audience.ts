import type { ConsentTopic } from './consent.ts';

/** As many groups, and as many segments, as one shop has; the database keeps to it. */
export const MAX_AUDIENCES = 100;

export interface CustomerGroup {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly createdAt: Date;
}

/** All conditions that are not null must hold. */
export interface SegmentRule {
  readonly consentTo: ConsentTopic | null;
  readonly countryCode: string | null;
  readonly createdFrom: Date | null;
  readonly createdBefore: Date | null;
}

export interface Segment extends SegmentRule {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
}

/** What is wrong with a rule; null when it can be saved. */
export function ruleProblem(rule: SegmentRule): string | null {
  if (Object.values(rule).every((condition) => condition === null)) return 'The rule needs at least one condition.';
  if (rule.createdFrom && rule.createdBefore && rule.createdFrom >= rule.createdBefore)
    return 'Nobody fits the rule: createdFrom must be earlier than createdBefore.';
  return null;
}
