import type { Viewer } from '@cartograph/kernel/viewer';
import type { Payment } from '../domain/payment.ts';
import type { Ports } from '../ports.ts';

/** Who reads when a neighbour, a webhook or a job is behind a call. */
export const SERVICE: Viewer = { kind: 'service', service: 'payments' };

export async function readPayment({ payments }: Ports, id: string): Promise<Payment | null> {
  const [found] = await payments.findByIds(SERVICE, [id]);
  return found ?? null;
}
