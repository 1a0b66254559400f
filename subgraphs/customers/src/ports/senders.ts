export interface OutgoingMail {
  /** The same for every attempt, so that a provider takes it once. */
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly locale: string;
}

/** Sends one message. What it throws says whether it may have been sent: see `SendFailure`. */
export interface Sender<Message> {
  /** Gives the provider's id of the message. */
  send(message: Message): Promise<string>;
  close?(): void | Promise<void>;
}

export type Mailer = Sender<OutgoingMail>;

/** For a phone, by whatever way: SMS or chat. */
export interface OutgoingSms {
  readonly id: string;
  readonly to: string;
  readonly text: string;
  readonly locale: string;
  /** Set where an earlier attempt may have sent it: when that can have been at the earliest. */
  readonly perhapsSentSince: Date | null;
}

export type SmsSender = Sender<OutgoingSms>;
