/** What somebody answered to a message, when it is a wish about further ones. */
export interface TextWish {
  /** The provider's: the same event is taken once. */
  readonly eventId: string;
  readonly phone: string;
  readonly wish: 'stop' | 'start';
  readonly at: Date;
}

/** Whom nobody may write to, by phone number. */
export interface TextReplies {
  /** Notes a wish durably, once per event; the relay fulfils it, in order per number. */
  receive(wish: TextWish): Promise<void>;
  /** Of the number itself, whoever has it: kept as a hash. */
  setStopped(phone: string, isStopped: boolean, now: Date): Promise<void>;
  isStopped(phone: string): Promise<boolean>;
  /** Whose number it is: by their profile, or because we wrote to it in their name. */
  customersOf(phone: string): Promise<readonly string[]>;
}
