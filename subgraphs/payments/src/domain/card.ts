/** What may be shown of a card. The number never enters the system. */
export interface Card {
  readonly brand: string;
  readonly last4: string;
  readonly expMonth: number;
  readonly expYear: number;
}

/** A card saved by a customer, by the provider's token. */
export interface SavedMethod extends Card {
  readonly id: string;
  readonly customerId: string;
  readonly provider: string;
  readonly providerToken: string;
  readonly createdAt: Date;
}

export const MAX_SAVED_METHODS = 20;
