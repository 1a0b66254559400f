/** A mail to a buyer. */
export interface Message {
  /** Sent once per key. */
  readonly key: string;
  readonly template: string;
  readonly to: string;
  readonly customerId: string | null;
  readonly locale: string;
  readonly data: object;
}
