import { describe, expect, it } from 'vitest';
import { webhookTargetProblem } from './webhook-target.ts';

describe('the URL of an endpoint', () => {
  it.each([
    ...['https://shop.example/hook', 'https://shop.example:8443/a?b=c', 'https://1.1.1.1/', 'https://[2606:4700::1]/'],
  ])('%s is good', (url) => {
    expect(webhookTargetProblem(url, { privateAllowed: false })).toBeNull();
  });

  it.each([
    ...['http://shop.example/', 'ftp://shop.example/', 'javascript:alert(1)', 'file:///etc/passwd', 'shop.example', ''],
    ...['https://user:pass@shop.example/', 'https://user@shop.example/', 'https://shop.example/#top'],
    ...[
      'https://shop.example:22/',
      'https://shop.example:5432/',
      'https://10.0.0.1/',
      'https://127.1/',
      'https://[::1]/',
    ],
    ...[
      'https://2130706433/',
      'https://0177.0.0.1/',
      'https://[::ffff:10.0.0.1]/',
      'https://localhost/',
      'https://db/',
    ],
    ...[
      'https://printer.local/',
      'https://api.internal/',
      'https://a.localhost./',
      `https://shop.example/${'a'.repeat(2048)}`,
    ],
  ])('%s is refused', (url) => {
    expect(webhookTargetProblem(url, { privateAllowed: false })).not.toBeNull();
  });

  it('may be on this machine in development, without TLS and on any port', () => {
    expect(webhookTargetProblem('http://127.0.0.1:3000/hook', { privateAllowed: true })).toBeNull();
    expect(webhookTargetProblem('http://user@127.0.0.1/', { privateAllowed: true })).not.toBeNull();
  });
});
