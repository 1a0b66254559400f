import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Secrets } from '../ports.ts';

/** Tokens by node:crypto. `secret` is the deployment's; a key of its own comes out of it, so that no other use meets it. */
export function createSecrets(secret: string): Secrets {
  const sealKey = Buffer.from(hkdfSync('sha256', secret, 'cartograph-customers', 'one-time tokens', 32));
  const mac = (id: string): Buffer => createHmac('sha256', sealKey).update(id).digest();
  const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
  const newSalt = (): string => randomBytes(32).toString('base64url');
  return {
    hash,
    newSalt,
    newRefreshToken() {
      const token = randomBytes(32).toString('base64url');
      return { token, hash: hash(token), salt: newSalt() };
    },
    nextRefreshToken: (token, salt) =>
      createHmac('sha256', Buffer.from(salt, 'base64url')).update(token).digest('base64url'),
    // Without the colon of the id, so that mail programs take the whole link.
    seal: (id) => `${Buffer.from(id).toString('base64url')}.${mac(id).toString('base64url')}`,
    unseal(token) {
      const [encoded, signature, ...rest] = token.split('.');
      if (!encoded || !signature || rest.length > 0) return null;
      const id = Buffer.from(encoded, 'base64url').toString();
      const given = Buffer.from(signature, 'base64url');
      const expected = mac(id);
      return given.length === expected.length && timingSafeEqual(given, expected) ? id : null;
    },
  };
}
