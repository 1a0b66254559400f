import { toMoneyOutput } from '@cartograph/kernel/money';
import { checkoutRequest } from '../domain/cart.ts';
import { OURSELVES } from '../domain/ourselves.ts';
import type { Ports } from '../ports.ts';
import { priceCheckouts } from './price-checkout.ts';
import { titleOf } from './send-order-mail.ts';

const HOUR_MS = 3_600_000;
/** What was left for longer than this after it was due is forgotten, not reminded of. */
const LATEST_MS = 7 * 24 * HOUR_MS;

/** Orders a mail about each cart that was left so long. Whether it may be sent, consent says when it goes. */
export const remindOfCarts =
  ({ carts, clock }: Pick<Ports, 'carts' | 'clock'>, afterHours: number | null) =>
  async (): Promise<void> => {
    if (afterHours === null) return;
    const now = clock();
    const leftBefore = new Date(now.getTime() - afterHours * HOUR_MS);
    const left = { leftBefore, leftAfter: new Date(leftBefore.getTime() - LATEST_MS), now };
    while ((await carts.remind(left)) > 0);
  };

type MailPorts = Pick<
  Ports,
  'carts' | 'checkouts' | 'messages' | 'shopLink' | 'products' | 'shipping' | 'customers' | 'pricing' | 'clock'
>;

/** Tells a customer by mail that they left a cart, at today's prices; once per cart. */
export const sendCartMail =
  (ports: MailPorts) =>
  async (cartId: string, version: number): Promise<void> => {
    const [cart] = await ports.carts.findByIds(OURSELVES, [cartId]);
    if (!cart) return;
    // Its buyer came back meanwhile, has bought it or is just buying it. Should they leave it again, they are reminded then.
    if (cart.version !== version || (await ports.checkouts.liveOrderOfCart(cartId)))
      return ports.carts.forgetReminder(cartId);
    const [[customer], [pricing]] = await Promise.all([
      ports.customers.checkoutCustomers([cart.buyerId]),
      priceCheckouts(ports)([checkoutRequest(cart)]),
    ]);
    const lines = pricing?.checkout.lines ?? [];
    if (!customer || !pricing || lines.length === 0) return;
    await ports.messages.send({
      ...{ key: `${cartId}:abandoned-cart`, template: 'abandoned-cart' },
      ...{ to: customer.email, customerId: customer.id, locale: customer.locale },
      data: {
        url: ports.shopLink('cart', cartId),
        name: customer.name,
        lines: lines.map(({ variant, quantity, total }) => ({
          ...{ title: titleOf(variant), sku: variant.sku, quantity },
          total: toMoneyOutput(total),
        })),
        total: toMoneyOutput(pricing.checkout.total),
      },
    });
  };
