import type { Page, PageRequest } from './page.ts';

/** An event that somebody outside has told us, whose signature was good. */
export interface NewInboxEvent {
  readonly provider: string;
  /** The provider's own id for it: it is stored once. */
  readonly id: string;
  readonly type: string;
  readonly payload: unknown;
}

/** IGNORED: nothing of ours follows from such an event. DEAD: given up after many attempts; it can be replayed. */
export type InboxStatus = 'WAITING' | 'APPLIED' | 'IGNORED' | 'DEAD';

export interface InboxEvent extends NewInboxEvent {
  readonly status: InboxStatus;
  /** How often the provider has sent it. */
  readonly deliveries: number;
  /** How often it was tried to apply it. */
  readonly attempts: number;
  readonly lastError: string | null;
  readonly receivedAt: Date;
  readonly appliedAt: Date | null;
}

export interface Inbox {
  /** True for whoever is to apply it now. A repetition, or one that is ignored, leaves nothing to do. */
  store(event: NewInboxEvent, how: 'to-apply' | 'to-ignore'): Promise<boolean>;
  /** Applies it and notes what came of it, unless that was 'noted' with it; what fails is tried again later. True when it was applied. */
  apply(event: NewInboxEvent, work: (event: NewInboxEvent) => Promise<void> | Promise<'noted'>): Promise<boolean>;
  /** Those that wait to be tried again, or whose process has died; each is given to one caller. */
  takeDue(limit: number): Promise<readonly NewInboxEvent[]>;
  /** Newest first, by time and id. */
  list(status: InboxStatus | null, page: PageRequest): Promise<Page<InboxEvent>>;
  find(provider: string, id: string): Promise<InboxEvent | null>;
  /** A dead letter waits again, with all its attempts. */
  replay(provider: string, id: string): Promise<void>;
  /** Forgets what was applied or ignored before. */
  forget(before: Date): Promise<void>;
}
