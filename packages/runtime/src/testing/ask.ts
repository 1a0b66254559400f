import { randomUUID } from 'node:crypto';
import { ANONYMOUS, type Viewer } from '@cartograph/kernel/viewer';
import { createEnvelopeSigner, ENVELOPE_HEADER, envelopeKey } from '../envelope.ts';

/** The secret that tests share with the subgraphs they open. */
export const TEST_SECRET = 'a-secret-for-tests-only-0123456789abcdef';

const sign = createEnvelopeSigner('router', (audience) => envelopeKey(TEST_SECRET, audience));

export interface Answer<T = any> {
  readonly status: number;
  readonly data: T;
  readonly errors?: readonly {
    message: string;
    path?: (string | number)[];
    extensions: { code: string } & Record<string, unknown>;
  }[];
}

/** Asks a subgraph over HTTP as its router would, in a signed envelope for that viewer. */
export const askSubgraph =
  (audience: string, url: string, viewer: Viewer = ANONYMOUS, headers: Readonly<Record<string, string>> = {}) =>
  async <T = any>(query: string, variables: object = {}): Promise<Answer<T>> => {
    const body = JSON.stringify({ query, variables });
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...headers,
        [ENVELOPE_HEADER]: sign({ audience, viewer, requestId: randomUUID(), body }),
      },
      body,
    });
    return { status: response.status, ...((await response.json()) as object) } as Answer<T>;
  };
