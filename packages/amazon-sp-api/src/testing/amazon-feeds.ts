import { randomBytes, randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Answer, Call } from '@cartograph/contract-server/check';
import { readContractFile } from '@cartograph/contract-server/contracts-folder';
import type { JsonObject } from '@cartograph/contract-server/json-schema';
import type { Handler } from '@cartograph/contract-server/server';
import { createValidation } from '@cartograph/contract-server/validation';
import { amazonError } from './amazon-limits.ts';
import type { AmazonListings, AmazonPatch } from './amazon-listings.ts';

type Status = 'IN_QUEUE' | 'IN_PROGRESS' | 'DONE' | 'FATAL' | 'CANCELLED';

interface Feed {
  readonly feedId: string;
  readonly feedType: string;
  readonly marketplaceIds: readonly string[];
  readonly inputFeedDocumentId: string;
  createdTime: string;
  processingStatus: Status;
  resultFeedDocumentId?: string;
}

interface Message {
  readonly messageId: number;
  readonly sku: string;
  readonly productType: string;
  readonly patches: readonly AmazonPatch[];
}

/** Feeds: documents that are put where a signed address says, worked off in order, and reported on. */
export function createAmazonFeeds(listings: AmazonListings, sellerId: string, baseUrl: () => string) {
  const validate = readSchemas();
  const documents = new Map<
    string,
    { readonly contentType: string; readonly signature: string; bytes: Uint8Array | null }
  >();
  const feeds = new Map<string, Feed>();
  const others = new Map<string, (text: string) => string>();
  let isAtOnce = false;
  let count = 0;

  function addDocument(contentType: string, bytes: Uint8Array | null = null) {
    const id = `amzn1.tortuga.4.eu.${randomUUID()}`;
    const signature = randomBytes(8).toString('hex');
    documents.set(id, { contentType, signature, bytes });
    const url = `${baseUrl()}${DOCUMENTS}?${new URLSearchParams({ id, 'X-Amz-Signature': signature })}`;
    return { feedDocumentId: id, url };
  }

  const textOf = ({ inputFeedDocumentId }: Readonly<Feed>): string =>
    String(Buffer.from(documents.get(inputFeedDocumentId)?.bytes ?? []));

  function work(feed: Feed): void {
    const other = others.get(feed.feedType);
    const [type, report] = other
      ? ['text/xml', other(textOf(feed))]
      : ['application/json', JSON.stringify(reportOf(feed))];
    feed.resultFeedDocumentId = addDocument(type, gzipSync(report)).feedDocumentId;
    feed.processingStatus = 'DONE';
  }

  function reportOf(feed: Feed) {
    const { messages } = JSON.parse(textOf(feed));
    const issues = (messages as Message[]).flatMap(({ messageId, sku, productType, patches }) =>
      listings.patch(sku, productType, patches).map(({ code, message, severity, attributeNames: [attributeName] }) => ({
        ...{ messageId, sku, code, severity, message },
        ...(attributeName && { attributeName }),
      })),
    );
    const invalid = new Set(issues.map(({ messageId }) => messageId)).size;
    const counts = { errors: issues.length, warnings: 0, messagesProcessed: messages.length };
    const report = {
      header: { sellerId, version: '2.0', feedId: feed.feedId },
      issues,
      summary: { ...counts, messagesAccepted: messages.length - invalid, messagesInvalid: invalid },
    };
    validate('report', report);
    return report;
  }

  function create({ body }: Call): Answer {
    const document = documents.get(body.inputFeedDocumentId);
    if (!document?.bytes) return amazonError(400, 'InvalidInput', 'The feed document has no contents.');
    const isListings = body.feedType === 'JSON_LISTINGS_FEED';
    if (!isListings && !others.has(body.feedType))
      return amazonError(400, 'InvalidInput', 'The feed type is not known.');
    if (isListings) validate('feed', JSON.parse(String(Buffer.from(document.bytes))));
    count += 1;
    const feedId = String(50_000_000_000 + count);
    const feed: Feed = { ...body, feedId, createdTime: new Date().toISOString(), processingStatus: 'IN_QUEUE' };
    feeds.set(feedId, feed);
    if (isAtOnce) work(feed);
    return { status: 202, body: { feedId } };
  }

  const answers: Readonly<Record<string, Handler>> = {
    createFeedDocument: ({ body }) => ({ status: 201, body: addDocument(body.contentType) }),
    createFeed: create,
    getFeed({ params }) {
      const feed = feeds.get(params.feedId ?? '');
      return feed ? { status: 200, body: toBody(feed) } : amazonError(404, 'NotFound', 'There is no such feed.');
    },
    getFeeds({ query }) {
      const { feedTypes, processingStatuses, createdSince } = query as Record<string, string[] & string>;
      const found = [...feeds.values()].filter(
        (feed) =>
          (feedTypes?.includes(feed.feedType) ?? true) &&
          (processingStatuses?.includes(feed.processingStatus) ?? true) &&
          (createdSince === undefined || Date.parse(feed.createdTime) >= Date.parse(createdSince)),
      );
      return { status: 200, body: { feeds: found.map(toBody) } };
    },
    getFeedDocument({ params }) {
      const { feedDocumentId: id = '' } = params;
      const document = documents.get(id);
      if (!document) return amazonError(404, 'NotFound', 'There is no such document.');
      const query = new URLSearchParams({ id, 'X-Amz-Signature': document.signature });
      const url = `${baseUrl()}${DOCUMENTS}?${query}`;
      return { status: 200, body: { feedDocumentId: id, url, compressionAlgorithm: 'GZIP' } };
    },
  };

  /** The signed address is another house: it takes what was signed, and no token of ours belongs there. */
  const signed =
    (handle: (document: { contentType: string; bytes: Uint8Array | null }, call: Call) => Answer) => (call: Call) => {
      const document = documents.get(String(call.query.id));
      if (!document || document.signature !== call.query['X-Amz-Signature'] || call.headers['x-amz-access-token'])
        return { status: 403, body: '<Error><Code>SignatureDoesNotMatch</Code></Error>' };
      return handle(document, call);
    };
  const besides: Readonly<Record<string, Handler>> = {
    [`PUT ${DOCUMENTS}`]: signed((document, { text, headers }) => {
      if (headers['content-type'] !== document.contentType) return { status: 403, body: '<Error/>' };
      document.bytes = Buffer.from(text);
      return { status: 200, body: '' };
    }),
    [`GET ${DOCUMENTS}`]: signed(({ bytes }) => ({ status: 200, body: bytes ?? '' })),
  };

  return {
    ...{ answers, besides },
    /** Works off feeds of another type, too: `work` gives the report on a document. */
    understand: (feedType: string, work: (text: string) => string): void => void others.set(feedType, work),
    textOf,
    all: (): readonly Readonly<Feed>[] => [...feeds.values()],
    /** Works off what waits, in the order in which it came. */
    process(): void {
      for (const feed of feeds.values()) if (feed.processingStatus === 'IN_QUEUE') work(feed);
    },
    /** From now on each is worked off as it comes. */
    processAtOnce(): void {
      isAtOnce = true;
    },
    /** The newest ends without a report, is nowhere to be found, or waits since yesterday. */
    lose(how: 'FATAL' | 'CANCELLED' | 'gone' | 'stuck'): void {
      const [feed] = [...feeds.values()].slice(-1);
      if (!feed) throw new Error('there is no feed to lose');
      if (how === 'gone') feeds.delete(feed.feedId);
      else if (how === 'stuck') feed.createdTime = new Date(Date.now() - 24 * 3_600_000).toISOString();
      else feed.processingStatus = how;
    },
    messages: (feed: Readonly<Feed>): readonly Message[] =>
      JSON.parse(String(Buffer.from(documents.get(feed.inputFeedDocumentId)?.bytes ?? []))).messages,
  };
}

const DOCUMENTS = '/feed-documents';

const toBody = ({ inputFeedDocumentId: _input, ...feed }: Feed) => feed;

/** Throws where a document is not as Amazon's schema of feeds or of their reports says. */
function readSchemas() {
  const [feed, report] = ['listings-feed-schema-v2', 'listings-feed-processing-report-schema-v2'].map((name) =>
    createValidation(readContractFile(`amazon-sp-api/feeds/${name}.json`) as JsonObject, false),
  );
  return (kind: 'feed' | 'report', data: unknown): void => {
    const problems = (kind === 'feed' ? feed : report)?.problems('#', data) ?? [];
    if (problems.length > 0) throw new Error(`the ${kind} is not as its schema says: ${problems.join('; ')}`);
  };
}
