import type { Viewer } from '@cartograph/kernel/viewer';
import { DEADLINE_HEADER } from '@cartograph/runtime/deadline';
import { ENVELOPE_HEADER, type SignEnvelope } from '@cartograph/runtime/envelope';

/** What one request to a subgraph says beside its body. */
export interface RequestParts {
  readonly body: string;
  readonly viewer: Viewer;
  readonly requestId: string;
  readonly traceparent?: string | undefined;
  /** Milliseconds. */
  readonly deadlineMs: number;
}

/** Letters that cannot end a header line, whoever chose them. */
const HEADER_VALUE = /^[\x21-\x7e]{1,256}$/;

/** Writes requests to one URL. Without `sign` they carry no identity, as a foreign subgraph wants it. */
export function createRequestWriter(url: URL, audience: string, sign?: SignEnvelope) {
  const { pathname, search, host } = url;
  // The same in every request, so it is one string.
  const start = `POST ${pathname}${search} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\naccept: application/json\r\n${DEADLINE_HEADER}: `;
  const get = (path: string) => `GET ${path} HTTP/1.1\r\nhost: ${host}\r\n\r\n`;
  return {
    get,
    post({ body, viewer, requestId, traceparent, deadlineMs }: RequestParts): string {
      let head = `${start}${Math.ceil(deadlineMs)}\r\n`;
      if (HEADER_VALUE.test(requestId)) head += `x-request-id: ${requestId}\r\n`;
      if (traceparent !== undefined && HEADER_VALUE.test(traceparent)) head += `traceparent: ${traceparent}\r\n`;
      if (sign) head += `${ENVELOPE_HEADER}: ${sign({ audience, viewer, requestId, body })}\r\n`;
      return `${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    },
  };
}

export type RequestWriter = ReturnType<typeof createRequestWriter>;
