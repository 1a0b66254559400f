import { addressOf, isPublicAddress } from './public-address.ts';

/** Where webhooks may go. */
export interface WebhookTargets {
  /** For development: plain HTTP, any port, and addresses that are not on the internet. */
  readonly privateAllowed: boolean;
}

export const INTERNET_ONLY: WebhookTargets = { privateAllowed: false };

/** Databases, mail servers and the like do not listen there. */
const PORTS = ['', '443', '8443'];

const MAX_URL = 2048;

/** What is wrong with an endpoint's URL, in words; null for a good one. Names are resolved only when something is sent. */
export function webhookTargetProblem(text: string, { privateAllowed }: WebhookTargets): string | null {
  if (text.length > MAX_URL) return `Write at most ${MAX_URL} characters.`;
  if (!URL.canParse(text)) return 'Write a URL like https://shop.example/webhooks.';
  const { protocol, username, password, hash, port, hostname } = new URL(text);
  if (protocol !== 'https:' && !(privateAllowed && protocol === 'http:'))
    return 'It must begin with https://. WEBHOOK_PRIVATE_TARGETS=on admits http:// for development.';
  if (username !== '' || password !== '') return 'Leave out user and password: each delivery is signed instead.';
  if (hash !== '') return 'Leave out the part after #: it is never sent.';
  if (privateAllowed) return null;
  if (!PORTS.includes(port)) return 'Use port 443 or 8443.';
  const address = addressOf(hostname);
  if (address !== null && !isPublicAddress(address)) return 'It must be an address on the internet.';
  // A name without a dot, or of a zone that exists on one network alone, is never a server on the internet.
  if (address === null && (!/\.[^.]{2,}\.?$/.test(hostname) || /\.(local|localhost|internal)\.?$/.test(hostname)))
    return 'It must be a server on the internet.';
  return null;
}
