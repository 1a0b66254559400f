import { createHmac, createSecretKey, hash, hkdfSync, type KeyObject, randomUUID, timingSafeEqual } from 'node:crypto';
import { CodedError } from '@cartograph/kernel/errors';
import type { Viewer } from '@cartograph/kernel/viewer';

/** The header that carries the envelope. A subgraph accepts identity from nothing else. */
export const ENVELOPE_HEADER = 'x-cartograph-envelope';

/** How long an envelope lives, and how far two clocks may differ, in milliseconds. */
export const ENVELOPE_LIFETIME_MS = 30_000;

export interface Envelope {
  readonly id: string;
  /** Who signed: the router, or a subgraph that calls a neighbour. */
  readonly issuer: string;
  readonly audience: string;
  readonly viewer: Viewer;
  readonly requestId: string;
  /** Milliseconds since the epoch. */
  readonly issuedAt: number;
  /** SHA-256 of the request body, base64url. */
  readonly bodyDigest: string;
}

export type SignEnvelope = (
  call: Pick<Envelope, 'audience' | 'viewer' | 'requestId'> & { readonly body: string },
) => string;

/** Each subgraph has a key of its own, so that one which leaks opens one door. */
export const envelopeKey = (secret: string, audience: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, 'cartograph-envelope', audience, 32));

/** `keyOf` is asked once for each audience: to derive a key costs more than to sign. */
export function createEnvelopeSigner(
  issuer: string,
  keyOf: (audience: string) => Buffer,
  now = Date.now,
): SignEnvelope {
  const keys = new Map<string, KeyObject>();
  function keyFor(audience: string): KeyObject {
    let key = keys.get(audience);
    if (!key) {
      key = createSecretKey(keyOf(audience));
      keys.set(audience, key);
    }
    return key;
  }
  return ({ audience, viewer, requestId, body }) => {
    const envelope: Envelope = {
      id: randomUUID(),
      issuer,
      audience,
      viewer,
      requestId,
      issuedAt: now(),
      bodyDigest: digest(body),
    };
    const payload = Buffer.from(JSON.stringify(envelope)).toString('base64url');
    return `${payload}.${mac(payload, keyFor(audience)).toString('base64url')}`;
  };
}

export type OpenEnvelope = (header: string | undefined, body: string | Buffer) => Envelope;

/** Opens envelopes meant for one audience, each of them once. Throws UNAUTHENTICATED without saying which check failed. */
export function createEnvelopeOpener(audience: string, key: Buffer, now = Date.now): OpenEnvelope {
  const seen = createReplayWindow(now);
  const secret = createSecretKey(key);
  return (header, body) => {
    const [payload, signature] = header?.split('.') ?? [];
    if (!payload || !signature) throw refused();
    const given = Buffer.from(signature, 'base64url');
    const expected = mac(payload, secret);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw refused();
    // Only signed bytes are parsed, so the shape can be trusted from here on.
    const envelope = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Envelope;
    if (envelope.audience !== audience) throw refused();
    if (Math.abs(now() - envelope.issuedAt) > ENVELOPE_LIFETIME_MS) throw refused();
    if (envelope.bodyDigest !== digest(body)) throw refused();
    if (!seen.admit(envelope.id)) throw refused();
    return envelope;
  };
}

/** Ids seen while their envelopes could still be valid. Two generations, so that forgetting costs nothing. */
function createReplayWindow(now: () => number) {
  let current = new Set<string>();
  let previous = new Set<string>();
  let turnAt = now() + 2 * ENVELOPE_LIFETIME_MS;
  return {
    admit(id: string): boolean {
      if (now() >= turnAt) {
        previous = current;
        current = new Set();
        turnAt = now() + 2 * ENVELOPE_LIFETIME_MS;
      }
      if (current.has(id) || previous.has(id)) return false;
      current.add(id);
      return true;
    },
  };
}

const digest = (body: string | Buffer): string => hash('sha256', body, 'base64url');
const mac = (payload: string, key: KeyObject): Buffer => createHmac('sha256', key).update(payload).digest();
const refused = () => new CodedError('UNAUTHENTICATED', 'This service answers its router only.');
