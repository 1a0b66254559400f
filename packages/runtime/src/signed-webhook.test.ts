import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isSignedWebhook } from './signed-webhook.ts';

const NOW = Date.UTC(2026, 0, 1);
const T = NOW / 1000;
const body = Buffer.from('{"id":"evt_1"}');
const v1 = (secret: string, t: number = T, bytes: Buffer = body) =>
  `v1=${createHmac('sha256', secret).update(`${t}.`).update(bytes).digest('hex')}`;
const good = (header: string, secrets: string | string[] = 'new') => isSignedWebhook(secrets, header, body, NOW);

describe('a signed webhook', () => {
  it('is signed with one of the secrets in use, in one of its signatures', () => {
    expect(good(`t=${T},${v1('new')}`)).toBe(true);
    expect(good(`t=${T}, ${v1('other')}, ${v1('old')}`, ['new', 'old'])).toBe(true);
    expect(good(`t=${T},${v1('other')}`, ['new', 'old'])).toBe(false);
    expect(good(`t=${T},${v1('new')}`, [])).toBe(false);
  });

  it('is of these bytes and of now', () => {
    expect(good(`t=${T},${v1('new', T, Buffer.from('{"id": "evt_1"}'))}`)).toBe(false);
    for (const [seconds, fact] of [[-300, true], [300, true], [-301, false], [301, false]] as const)
      expect([seconds, good(`t=${T + seconds},${v1('new', T + seconds)}`)]).toEqual([seconds, fact]);
  });

  it.each([
    ...['', 't=', `t=${T}`, `t=${T},v1=`, `t=${T},v1=00`, `t=x,${v1('new')}`, v1('new'), `t=${T},v0=${'0'.repeat(64)}`],
  ])('is not what comes with "%s"', (header) => {
    expect(good(header)).toBe(false);
  });
});
