import PostalMime from 'postal-mime';
import { expect } from 'vitest';
import { MAIL } from './mailer.contract.ts';

/** That the bytes are the mail, as every mail program reads them. */
export async function expectMail(raw: Buffer) {
  const mail = await PostalMime.parse(raw);
  expect(mail).toMatchObject({
    from: { name: 'Möbel & Co', address: 'shop@example.com' },
    to: [{ address: 'ada@example.com' }],
    subject: MAIL.subject,
    messageId: '<Notification-01JDEM0MA00000000000000000@example.com>',
  });
  expect(mail.text?.replaceAll('\r\n', '\n').trim()).toBe(MAIL.text.trim());
  expect(mail.html?.trim()).toBe(MAIL.html);
  // RFC 5322: lines end with CRLF, headers are ASCII, and none is too long.
  const text = raw.toString('latin1');
  expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  const header = text.slice(0, text.indexOf('\r\n\r\n'));
  expect(/^[\x20-\x7e\r\n\t]+$/.test(header)).toBe(true);
  for (const line of text.split('\r\n')) expect(line.length).toBeLessThanOrEqual(998);
}
