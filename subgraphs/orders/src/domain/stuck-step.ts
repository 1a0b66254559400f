import type { Order } from './order.ts';
import type { InvalidInput } from './outcome.ts';

/** A part of an order that got no answer: a step of a saga, or a delivery from the outbox. */
export interface StuckStep {
  /** Names the step of the saga, so that an operator's word is for what they have seen; of a delivery, the event's id. */
  readonly id: string;
  /** Null of a delivery. */
  readonly sagaId: string | null;
  readonly orderId: string;
  /** The saga's name, or `delivery`. */
  readonly process: string;
  /** The step's name, or the event's topic. */
  readonly step: string;
  readonly undoing: boolean;
  readonly attempts: number;
  readonly reason: string;
  readonly since: Date;
  /** Null when it is not asked for again by itself. */
  readonly nextAttemptAt: Date | null;
}

export interface StepNotStuck {
  readonly kind: 'StepNotStuck';
}

export interface StepNotUndoable {
  readonly kind: 'StepNotUndoable';
}

export interface RetryStepSuccess {
  readonly kind: 'RetryStepSuccess';
  readonly order: Order;
}

export interface GiveUpStepSuccess {
  readonly kind: 'GiveUpStepSuccess';
  readonly order: Order;
}

export type RetryStepOutcome = RetryStepSuccess | StepNotStuck;
export type GiveUpStepOutcome = GiveUpStepSuccess | StepNotStuck | StepNotUndoable | InvalidInput;

/** Without it, what was to come in the place of returned goods would wait for ever. */
const INDISPENSABLE: readonly string[] = ['abandon-exchange'];

/** A mail need not be sent, money need not be taken, and a channel can be told by hand. */
export const isDispensable = ({ process, step }: StuckStep): boolean =>
  process === 'delivery' && !INDISPENSABLE.includes(step);

/** What a step does, for buyers: they read the timeline too. */
export const describeStep = ({ step, undoing }: Pick<StuckStep, 'step' | 'undoing'>): string =>
  (undoing ? UNDOING[step] : undefined) ?? WORDS[step] ?? `The step ${step}`;

const UNDOING: Readonly<Record<string, string>> = {
  hold: 'Letting go of the stock',
  authorize: 'Letting go of the payment',
};

const WORDS: Readonly<Record<string, string>> = {
  hold: 'Securing the stock',
  authorize: 'Authorising the payment',
  confirm: 'Confirming the order',
  fulfil: 'Planning the shipment',
  'call-off': 'Calling off the shipment',
  'return-money': 'Giving the money back',
  refund: 'Giving the money back',
  restock: 'Putting the goods back',
  begin: 'Calling it off',
  close: 'Closing it',
  finish: 'Closing it',
  'take-out': 'Taking pieces out of the shipments',
  settle: 'Settling what has changed',
  exchange: 'Going on with what comes instead',
  'abandon-exchange': 'Letting go of what was to come instead',
  'capture-payment': 'Taking the payment',
  'release-payment': 'Letting go of what was not taken',
  'order-mail': 'Sending a mail',
  'shipment-mail': 'Sending a mail',
  'refund-mail': 'Sending a mail',
  'return-mail': 'Sending a mail',
  'cart-mail': 'Sending a mail',
  'tell-customers': 'Telling the customer’s account',
  ACKNOWLEDGED: 'Telling the channel our number',
  SHIPPED: 'Telling the channel what has left',
  CANCELLED: 'Telling the channel to cancel',
  REFUNDED: 'Telling the channel what to give back',
};
