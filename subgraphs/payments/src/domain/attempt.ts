/** What was asked of the provider and what came of it. */
export interface Attempt {
  readonly paymentId: string;
  readonly operation: 'AUTHORIZE' | 'CAPTURE' | 'VOID' | 'REFUND';
  readonly outcome: string;
  readonly currency: string;
  readonly amountMinor: number;
  readonly detail: string | null;
  readonly createdAt: Date;
}
