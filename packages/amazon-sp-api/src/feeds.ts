import { type AmazonClient, AmazonRefusal } from './client.ts';
import type { createDocuments } from './documents.ts';

/** A document of many messages, which Amazon works off in its own time. */
export interface NewFeed {
  readonly feedType: string;
  readonly contentType: string;
  readonly marketplaceIds: readonly string[];
  readonly text: string;
}

/** How far Amazon's clock may be behind ours. */
export const CLOCK_SKEW_MS = 5 * 60_000;
/** A feed that takes longer is taken for lost. */
const LONGEST_MS = 12 * 3_600_000;

interface Feed {
  readonly feedId: string;
  readonly createdTime: string;
  readonly processingStatus: 'CANCELLED' | 'DONE' | 'FATAL' | 'IN_PROGRESS' | 'IN_QUEUE';
  readonly resultFeedDocumentId?: string;
}

/** What has become of a feed that is at its end. */
export type FeedEnd = { readonly report: string } | { readonly lost: string };

/** Puts a document where a feed can take it from, and gives its id. */
export async function uploadDocument(
  client: AmazonClient,
  documents: ReturnType<typeof createDocuments>,
  { contentType, text }: Pick<NewFeed, 'contentType' | 'text'>,
): Promise<string> {
  const { feedDocumentId, url } = await client.ask('createFeedDocument', { body: { contentType } });
  await documents.put(url, contentType, text);
  return feedDocumentId;
}

/** Hands a feed over and gives its id. Not to be repeated blindly: each time makes a feed. */
export async function submitFeed(
  client: AmazonClient,
  documents: ReturnType<typeof createDocuments>,
  { feedType, marketplaceIds, ...document }: NewFeed,
): Promise<string> {
  const inputFeedDocumentId = await uploadDocument(client, documents, document);
  const body = { feedType, marketplaceIds, inputFeedDocumentId };
  return (await client.ask('createFeed', { body })).feedId;
}

/** The feeds of a type that were made since a moment: how one is found whose answer was lost. */
export async function feedsSince(client: AmazonClient, feedType: string, since: Date): Promise<readonly string[]> {
  const query = { feedTypes: feedType, createdSince: since.toISOString(), pageSize: '100' };
  const { feeds } = (await client.ask('getFeeds', { query })) as { readonly feeds: readonly Feed[] };
  return feeds.map(({ feedId }) => feedId);
}

/** Null while Amazon works on it. */
export async function feedEnd(
  client: AmazonClient,
  documents: ReturnType<typeof createDocuments>,
  feedId: string,
): Promise<FeedEnd | null> {
  const feed: Feed | null = await client.ask('getFeed', { path: { feedId } }).catch(orNothing);
  if (!feed) return { lost: `Amazon knows no feed ${feedId}.` };
  const { processingStatus, createdTime, resultFeedDocumentId: feedDocumentId } = feed;
  if (processingStatus === 'IN_QUEUE' || processingStatus === 'IN_PROGRESS')
    return Date.now() - Date.parse(createdTime) < LONGEST_MS
      ? null
      : { lost: `Amazon does not get on with feed ${feedId}.` };
  if (processingStatus !== 'DONE' || !feedDocumentId) return { lost: `Amazon ended it as ${processingStatus}.` };
  const { url, compressionAlgorithm } = await client.ask('getFeedDocument', { path: { feedDocumentId } });
  return { report: await documents.read(url, compressionAlgorithm === 'GZIP') };
}

function orNothing(error: unknown): null {
  if (error instanceof AmazonRefusal && error.status === 404) return null;
  throw error;
}
