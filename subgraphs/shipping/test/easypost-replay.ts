import type { Answer, Call } from '@cartograph/contract-server/check';
import { isObject, type Json } from '@cartograph/contract-server/json-schema';
import { openContractServer } from '@cartograph/contract-server/server';
import { readEasyPostContract, readRecordings } from './easypost-contract.ts';

const FILES = 'https://easypost-files.s3.us-west-2.amazonaws.com';

/** Whether all that is sent was in the recording, too. We send less than EasyPost's own tests do. */
function isPartOf(sent: Json, recorded: Json): boolean {
  if (Array.isArray(sent))
    return Array.isArray(recorded) && sent.every((one, index) => isPartOf(one, recorded[index] as Json));
  if (!isObject(sent)) return sent === recorded;
  return isObject(recorded) && Object.keys(sent).every((name) => isPartOf(sent[name] as Json, recorded[name] as Json));
}

/**
 * Answers with what EasyPost itself answered: for the path, and for a body that the recorded one has in it. Only the host
 * of a label's file is another, for that is not to be called.
 */
export async function openEasyPostReplay(files: Readonly<Record<string, Uint8Array>>) {
  const recordings = readRecordings();
  const replay =
    (method: string, path: (call: Call) => string) =>
    (call: Call): Answer => {
      const found = recordings.find(
        ({ request }) =>
          request.method === method &&
          request.path === `/v2${path(call)}` &&
          isPartOf((call.body ?? {}) as Json, request.body ?? {}),
      );
      if (!found) throw new Error(`nobody recorded ${method} ${path(call)} ${call.text}`);
      const { status, body } = found.response;
      return { status, body: JSON.parse(JSON.stringify(body).replaceAll(FILES, server.url)) };
    };
  const server = await openContractServer({
    contracts: [readEasyPostContract()],
    prefix: '/v2',
    answers: {
      createShipment: replay('POST', () => '/shipments'),
      retrieveShipment: replay('GET', ({ params }) => `/shipments/${params.id}`),
      buyShipment: replay('POST', ({ params }) => `/shipments/${params.id}/buy`),
      refundShipment: replay('POST', ({ params }) => `/shipments/${params.id}/refund`),
      rerateShipment: replay('POST', ({ params }) => `/shipments/${params.id}/rerate`),
    },
    besides: Object.fromEntries(
      Object.entries(files).map(([path, body]) => [`GET ${path}`, () => ({ status: 200, body })]),
    ),
  });
  return { server, url: `${server.url}/v2/`, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}
