export const CONSENT_TOPICS = ['EMAIL', 'SMS', 'MARKETING'] as const;
export type ConsentTopic = (typeof CONSENT_TOPICS)[number];

export interface Consent {
  readonly topic: ConsentTopic;
  readonly granted: boolean;
  readonly source: string | null;
  readonly decidedAt: Date | null;
}

/** A decision as it was made: added to the history, never changed. */
export interface ConsentRecord {
  readonly id: string;
  readonly topic: ConsentTopic;
  readonly granted: boolean;
  readonly source: string;
  readonly decidedAt: Date;
}

/** One entry per topic: who has not decided has not agreed. */
export const allTopics = (decided: readonly Consent[]): readonly Consent[] =>
  CONSENT_TOPICS.map(
    (topic) =>
      decided.find((consent) => consent.topic === topic) ?? { topic, granted: false, source: null, decidedAt: null },
  );
