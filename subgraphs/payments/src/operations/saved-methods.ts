import { badInput, CodedError } from '@cartograph/kernel/errors';
import { isId } from '@cartograph/kernel/id';
import { type InvalidInput, type NotFound, notFound } from '@cartograph/kernel/refusal';
import type { Viewer } from '@cartograph/kernel/viewer';
import { MAX_SAVED_METHODS, type SavedMethod } from '../domain/card.ts';
import { invalid } from '../domain/invalid-input.ts';
import { type Refusal, refusal } from '../domain/refusal.ts';
import type { Ports } from '../ports.ts';

export type SaveMethodOutcome =
  | { readonly kind: 'SavePaymentMethodSuccess'; readonly method: SavedMethod }
  | ({ readonly kind: 'PaymentMethodRefused' } & Refusal)
  | InvalidInput;

export const savePaymentMethod =
  ({ savedMethods, providers, newId }: Ports) =>
  async (
    viewer: Viewer,
    { token, provider: name }: { readonly token: string; readonly provider?: string | null | undefined },
  ): Promise<SaveMethodOutcome> => {
    if (viewer.kind !== 'customer') throw new CodedError('UNAUTHENTICATED');
    const text = token.trim();
    if (!/^[\w.:-]{1,200}$/.test(text)) return invalid(['token'], 'Send the token that the card form gave.');
    // A card number that a client sends by mistake must not travel any further.
    if (/^\d{12,19}$/.test(text)) return invalid(['token'], 'This is no token. Never send card numbers to this API.');
    const provider = name ? providers.all.find((one) => one.name === name) : providers.all[0];
    if (!provider) return invalid(['provider'], 'There is no payment provider of this name.');
    const { customerId } = viewer;
    const saved = await savedMethods.findByCustomerIds(viewer, [customerId]);
    if (saved.length >= MAX_SAVED_METHODS) return refusedMethod('TOO_MANY_METHODS');
    const answer = await provider.saveMethod(text, customerId);
    if ('refused' in answer) return refusedMethod(answer.refused);
    const { token: providerToken, ...card } = answer;
    const method = { id: newId('PaymentMethod'), customerId, provider: provider.name, providerToken, ...card };
    return { kind: 'SavePaymentMethodSuccess', method: await savedMethods.save(method) };
  };

const refusedMethod = (reason: string): SaveMethodOutcome => ({ kind: 'PaymentMethodRefused', ...refusal(reason) });

export type DeleteMethodOutcome = { readonly kind: 'DeletePaymentMethodSuccess'; readonly id: string } | NotFound;

export const deletePaymentMethod =
  ({ savedMethods, providers }: Ports) =>
  async (viewer: Viewer, id: string): Promise<DeleteMethodOutcome> => {
    const method = isId('PaymentMethod', id) ? await savedMethods.find(viewer, id) : null;
    if (!method) return notFound('saved card');
    const provider = providers.all.find(({ name }) => name === method.provider);
    if (!provider) throw badInput('This card was saved with a provider that is not connected.');
    // The provider first: a row whose token is gone can be deleted again, a token without a row could not.
    await provider.forgetMethod(method.providerToken);
    await savedMethods.remove(id);
    return { kind: 'DeletePaymentMethodSuccess', id };
  };
