import { toDecimal } from '@cartograph/kernel/money';
import type { SandboxPayment } from './book.ts';

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const page = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 26rem; margin: 12vh auto; padding: 0 1rem; color: #1b1f24; }
  form { display: inline } button { font: inherit; padding: .6rem 1.4rem; border-radius: .4rem; border: 1px solid #888;
  background: #fff; cursor: pointer; margin-right: .6rem } button.yes { background: #146c43; color: #fff; border-color: #146c43 }
  small { color: #666 }
</style>
<h1>${escapeHtml(title)}</h1>
${body}
</html>
`;

/** The bank's page: the buyer approves or fails the payment. */
export function challengePage(payment: SandboxPayment, path: string): string {
  const amount = `${toDecimal({ minor: payment.amount, currency: payment.currency })} ${payment.currency}`;
  const button = (action: string, label: string, kind: string) =>
    `<form method="post" action="${escapeHtml(`${path}/${action}`)}"><button class="${kind}" id="${action}">${label}</button></form>`;
  return page(
    'Sandbox Bank',
    `<p>Do you want to pay <strong>${escapeHtml(amount)}</strong> with ${escapeHtml(payment.card.brand)} ending in
${escapeHtml(payment.card.last4)}?</p>
<p>${button('approve', 'Approve', 'yes')}${button('fail', 'Fail', 'no')}</p>
<p><small>This is a test page. No money moves.</small></p>`,
  );
}

export const donePage = (payment: SandboxPayment): string =>
  page(
    payment.status === 'declined' ? 'Payment not confirmed' : 'Payment confirmed',
    '<p>You can close this page and go back to the shop.</p>',
  );

export const unknownPage = (): string => page('Not found', '<p>There is no such payment to confirm.</p>');
