import { describe, expect, it } from 'vitest';
import { LANGUAGES, type Shop } from './template.ts';
import { SAMPLE } from './templates/samples.ts';
import { renderTemplate, TEMPLATES } from './templates.ts';

const shop: Shop = { name: 'Möbel & Co', tokenLink: (page, tokenId) => `https://shop.test/${page}#token=${tokenId}` };

const ORDER = {
  orderNumber: '1001',
  name: 'Ada',
  lines: [{ title: 'Mug, blue', quantity: 2, total: { amount: '39.98', currencyCode: 'EUR' } }],
  total: { amount: '1044.90', currencyCode: 'EUR' },
  url: 'https://shop.test/orders/1001',
};
const EVERYTHING = {
  ...ORDER,
  tokenId: 'Link:1',
  reason: 'sold out',
  refund: ORDER.total,
  trackingUrl: 'https://carrier.test/1',
  carrier: 'DHL',
  trackingNumber: 'T1',
};

describe('a message', () => {
  it('tells in the language of its reader, amounts included', () => {
    const english = renderTemplate('order-confirmed', ORDER, 'en', shop);
    expect(english.subject).toBe('Your order 1001');
    expect(english.text).toContain('2 × Mug, blue: €39.98');
    expect(english.text).toContain('Total: €1,044.90');
    const shipped = {
      ...ORDER,
      shippingMethod: 'Standard',
      shippingAddress: {
        name: 'Ada',
        line1: 'Lane 1',
        postalCode: '10178',
        city: 'Berlin',
        countryCode: 'DE',
        company: null,
      },
    };
    expect(renderTemplate('order-confirmed', shipped, 'en', shop).text).toContain(
      'We ship by Standard to:\nAda\nLane 1\n10178 Berlin\nDE\n',
    );
    const german = renderTemplate('order-confirmed', ORDER, 'de-AT', shop);
    expect(german.subject).toBe('Ihre Bestellung 1001');
    expect(german.text).toContain('Viele Grüße\nMöbel & Co');
    expect(renderTemplate('order-confirmed', ORDER, 'de', shop).text).toContain('1.044,90');
    expect(renderTemplate('order-confirmed', ORDER, 'fr', shop).subject).toBe('Your order 1001');
  });

  it('has text and HTML in both languages for every template', () => {
    for (const name of Object.keys(TEMPLATES))
      for (const locale of ['en', 'de']) {
        const { subject, text, html } = renderTemplate(name, EVERYTHING, locale, shop);
        expect(subject, name).toMatch(/\S/);
        expect(text, name).toContain('Ada');
        expect(html, name).toContain(`<html lang="${locale}">`);
        expect(`${subject}${text}${html}`, name).not.toMatch(/undefined|null|\[object/);
      }
  });

  it('tells of a refund, and reminds of a cart with the reason why it may', () => {
    const refund = renderTemplate('refund-issued', { ...ORDER, refund: ORDER.total }, 'en', shop);
    expect(refund.text).toContain('we have sent €1,044.90 for order 1001 back to you');
    expect(refund.sms).toBe('Möbel & Co: We have sent back €1,044.90 for order 1001.');
    const cart = renderTemplate('abandoned-cart', SAMPLE, 'de', shop);
    expect(cart.text).toContain('Zum Warenkorb:\nhttps://shop.example.com/orders/1001');
    expect(cart.text).toContain('weil Sie Angeboten von Möbel & Co zugestimmt haben');
    expect(cart.sms).toBeNull();
    expect(() => renderTemplate('abandoned-cart', {}, 'en', shop)).toThrow('needs "url"');
  });

  it('shows all that it can tell in its preview, in every language', () => {
    for (const name of Object.keys(TEMPLATES))
      for (const language of LANGUAGES) {
        const { text, html } = renderTemplate(name, SAMPLE, language, shop);
        expect(html, name).toContain(`<html lang="${language}">`);
        expect(text, name).toContain('Ada Lovelace');
      }
    expect(renderTemplate('order-confirmed', SAMPLE, 'en', shop).html).toContain('Tea towel “Möwe” &amp; more');
  });

  it('lets no word of a customer become markup or a header', () => {
    const evil = '<script>alert("x")</script>\r\nBcc: all@example.com';
    const data = {
      ...EVERYTHING,
      orderNumber: evil,
      name: evil,
      reason: evil,
      lines: [{ title: evil, quantity: evil }],
    };
    for (const name of Object.keys(TEMPLATES)) {
      const { subject, html, sms } = renderTemplate(name, data, 'en', shop);
      expect(html, name).not.toMatch(/<script|"x"/);
      expect(subject, name).not.toMatch(/[\r\n]/);
      expect(sms ?? '', name).not.toMatch(/[\r\n]/);
    }
    for (const url of ['javascript:alert(1)', 'https://a.test/" onclick="x', 'ftp://a.test'])
      expect(() => renderTemplate('order-confirmed', { ...ORDER, url }, 'en', shop)).toThrow('must be an http(s) link');
  });

  it('tells who sent goods back what has arrived and what they get', () => {
    const data = { ...ORDER, returnNumber: 'R-7K2M9QXD', refund: { amount: '19.90', currencyCode: 'EUR' } };
    const { subject, text } = renderTemplate('return-received', data, 'en', shop);
    expect(subject).toBe('Your return of order 1001 has arrived');
    expect(text).toContain('Mug, blue: 2');
    expect(text).toContain('€19.90 go back to you the way that you paid.');
    expect(text).toContain('R-7K2M9QXD');
    expect(renderTemplate('return-received', { ...ORDER, refund: null }, 'de', shop).text).not.toContain('zurück');
  });

  it('is refused without what it is about, or without such a template', () => {
    expect(() => renderTemplate('order-confirmed', {}, 'en', shop)).toThrow('needs "orderId"');
    expect(() => renderTemplate('password-reset', {}, 'en', shop)).toThrow('needs "tokenId"');
    for (const name of ['nonsense', 'toString', '__proto__'])
      expect(() => renderTemplate(name, ORDER, 'en', shop)).toThrow('There is no template');
  });

  it('passes over data of another form than expected', () => {
    const odd = { orderId: 7, lines: 'none', total: { amount: 5 }, name: { first: 'Ada' } };
    expect(renderTemplate('order-confirmed', odd, 'en', shop).text).toBe(
      'Hello,\n\nthank you for your order. We are getting it ready.\n\nKind regards\nMöbel & Co\n',
    );
  });

  it('carries no link that opens an account by text message', () => {
    for (const name of ['password-reset', 'verify-email', 'staff-invite'])
      expect(renderTemplate(name, EVERYTHING, 'en', shop).sms).toBeNull();
    expect(renderTemplate('shipment-sent', EVERYTHING, 'en', shop).sms).toBe(
      'Möbel & Co: Your order 1001 is on its way. https://carrier.test/1',
    );
  });
});
