import type { Provider } from '@cartograph/providers/provider';
import type { OutgoingMail, OutgoingSms, Sender } from '../ports/senders.ts';

/** What all senders of this shop have in common. */
export interface SenderSettings {
  readonly mailFrom: string;
  readonly mailDir: string;
}

export type MailProvider = Provider<Sender<OutgoingMail>, SenderSettings>;
export type TextProvider = Provider<Sender<OutgoingSms>, SenderSettings>;
