import type { Saga } from '@cartograph/kernel/saga';

export interface State {
  readonly orderId: string;
  readonly email: string;
  readonly lines: readonly { readonly variantId: string; readonly quantity: number }[];
  readonly done: readonly string[];
}

const step = (name: string, stuck: () => Promise<void>) => ({
  name,
  async run(state: State) {
    if (name === 'authorize') await stuck();
    return { ...state, done: [...state.done, name] };
  },
});

/**
 * The shape of placeOrder, whose steps cost nothing: what is measured is the engine. `stuck` keeps it in its middle; more
 * than its four steps have no way back either.
 */
export const checkout = (steps: number, stuck: () => Promise<void> = async () => {}): Saga<State, string> => ({
  name: 'placeOrder',
  steps: [
    { ...step('hold', stuck), undo: async () => {} },
    { ...step('authorize', stuck), undo: async () => {} },
    step('confirm', stuck),
    step('fulfil', stuck),
    ...Array.from({ length: steps - 4 }, (_, index) => step(`after ${index + 1}`, stuck)),
  ],
  gaveUp: (name) => name,
});

/** As large as the state of an order of three lines. */
export const newState = (orderId: string): State => ({
  orderId,
  email: 'ada@example.com',
  lines: [1, 2, 3].map((n) => ({ variantId: `Variant:01JDEM0000000000000000000${n}`, quantity: n })),
  done: [],
});
