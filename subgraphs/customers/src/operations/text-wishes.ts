import { normalizePhone } from '../domain/notification.ts';
import { readWish } from '../domain/stop-words.ts';
import type { TextWish } from '../ports/text-replies.ts';
import type { Ports } from '../ports.ts';

export interface TextReply {
  readonly eventId: string;
  readonly from: string;
  readonly text: string;
}

/** Somebody answered a message. Anything but a wish about further ones is not for us. */
export const receiveText =
  (ports: Ports) =>
  async ({ eventId, from, text }: TextReply): Promise<void> => {
    const phone = normalizePhone(from);
    const wish = readWish(text);
    if (!phone || !wish) return;
    await ports.textReplies.receive({ eventId, phone, wish, at: ports.clock() });
    ports.wake('events');
  };

/** Behind the answer to the provider, and safe to repeat: the number first, so that nothing goes there meanwhile. */
export const fulfilTextWish =
  (ports: Ports) =>
  async ({ phone, wish, at }: TextWish): Promise<void> => {
    await ports.textReplies.setStopped(phone, wish === 'stop', at);
    for (const customerId of await ports.textReplies.customersOf(phone))
      await ports.consents.record(customerId, {
        id: ports.newId('ConsentRecord'),
        topic: 'SMS',
        granted: wish === 'start',
        source: `text message: ${wish}`,
        decidedAt: at,
      });
  };
