import { captureTooMuch } from './capture-too-much.ts';
import { compensationSkippedOnTimeout } from './compensation-skipped-on-timeout.ts';
import { holdNeverExpires } from './hold-never-expires.ts';
import { markThenSend } from './mark-then-send.ts';
import { noFencing } from './no-fencing.ts';
import { publishBeforeCommit } from './publish-before-commit.ts';
import { readThenWriteStock } from './read-then-write-stock.ts';
import { refundWithoutLock } from './refund-without-lock.ts';
import { replayIgnoresFingerprint } from './replay-ignores-fingerprint.ts';
import { skipProviderKey } from './skip-provider-key.ts';
import { staleEventOverwrites } from './stale-event-overwrites.ts';
import type { Tooth } from './tooth.ts';
import { webhookAppliedTwice } from './webhook-applied-twice.ts';

export const TEETH: readonly Tooth[] = [
  skipProviderKey,
  readThenWriteStock,
  publishBeforeCommit,
  noFencing,
  refundWithoutLock,
  markThenSend,
  holdNeverExpires,
  replayIgnoresFingerprint,
  webhookAppliedTwice,
  staleEventOverwrites,
  captureTooMuch,
  compensationSkippedOnTimeout,
];
