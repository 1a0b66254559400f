import { describe, expect, it } from 'vitest';
import { normalizeEmail } from './email.ts';

describe('an e-mail address', () => {
  it('has one spelling', () => {
    expect(normalizeEmail('  Ada.Lovelace+shop@Example.COM ')).toBe('ada.lovelace+shop@example.com');
    expect(normalizeEmail('ada@MÜNCHEN.de')).toBe('ada@xn--mnchen-3ya.de');
  });

  it('is refused when no mail could reach it, or when it could be read as two', () => {
    for (const text of [
      '',
      'ada',
      '@example.com',
      'ada@',
      'ada@host',
      'a b@example.com',
      'ada@exa mple.com',
      'ada@@example.com',
      'a@example.com,b@example.com',
      '"a"@example.com',
      '<ada@example.com>',
      'ada@example.com\nBcc: x@y.de',
      'ada@127.0.0.1',
      'ada@example.com/x',
      'ada@example.com:80',
      `${'a'.repeat(65)}@example.com`,
      'ädä@example.com',
    ])
      expect(normalizeEmail(text), text).toBeNull();
  });
});
