import type { Provider } from '@cartograph/providers/provider';
import type { Env } from '@cartograph/runtime/settings';
import type { OutgoingMail, OutgoingSms, Sender } from '../ports/senders.ts';

/** What all senders of this shop have in common. */
export interface SenderSettings {
  readonly mailFrom: string;
  readonly mailDir: string;
}

export interface MessageProvider<Message> extends Provider {
  /** Throws a `SettingError` when a setting is missing or malformed; calls nobody. */
  open(env: Env, shared: SenderSettings): Sender<Message>;
}

export type MailProvider = MessageProvider<OutgoingMail>;
export type TextProvider = MessageProvider<OutgoingSms>;
