import { readWebhook } from '@cartograph/runtime/signed-webhook';
import type { OpenedWebhook, ProviderEvent, Webhook } from '../../ports/payment-provider.ts';
import { type PaypalClient, unexpected } from './client.ts';
import { fromName } from './names.ts';

const HEADERS = {
  auth_algo: 'paypal-auth-algo',
  cert_url: 'paypal-cert-url',
  transmission_id: 'paypal-transmission-id',
  transmission_sig: 'paypal-transmission-sig',
  transmission_time: 'paypal-transmission-time',
} as const;

/** PayPal says itself whether it has signed this. While it cannot be asked, the event is to be delivered again. */
export async function openWebhook(
  { post }: PaypalClient,
  webhookId: string,
  { headers, body }: Webhook,
): Promise<OpenedWebhook> {
  const signature = Object.entries(HEADERS).map(([name, header]) => [name, headers[header]] as const);
  if (!signature.every(([, value]) => typeof value === 'string' && value.length > 0)) return { kind: 'unsigned' };
  const event = toEvent(body);
  if (!event) return { kind: 'malformed' };
  const answer = await post('/v1/notifications/verify-webhook-signature', undefined, {
    ...Object.fromEntries(signature),
    webhook_id: webhookId,
    webhook_event: event,
  });
  if (answer.status !== 200) throw unexpected(answer);
  const { verification_status } = answer.body as { verification_status: string };
  if (verification_status !== 'SUCCESS') return { kind: 'unsigned' };
  return { kind: 'events', events: [{ ...event, type: event.event_type }] };
}

interface PaypalEvent {
  readonly id: string;
  readonly event_type: string;
  readonly resource?: unknown;
}

function toEvent(body: Buffer): PaypalEvent | null {
  const text = body.toString();
  // The kind has another name here; what an event must be is the same.
  const envelope = readWebhook(Buffer.from(text.replace('"event_type"', '"type"')));
  return envelope && (JSON.parse(text) as PaypalEvent);
}

/** Which payment it is about; how that stands, PayPal is asked. */
export function readEvent(payload: unknown): ProviderEvent | null {
  const { id, type, resource } = payload as { id: string; type: string; resource?: Resource };
  if (!/^(CHECKOUT\.ORDER|PAYMENT\.(AUTHORIZATION|CAPTURE|REFUND))\./.test(type)) return null;
  const reference = resource?.custom_id ?? resource?.purchase_units?.[0]?.custom_id;
  return typeof reference === 'string' ? { id, type, reference: fromName(reference), payment: null } : null;
}

interface Resource {
  readonly custom_id?: string;
  readonly purchase_units?: readonly { readonly custom_id?: string }[];
}
