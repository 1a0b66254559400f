/** Somebody outside who fetches our feed of products, again and again, once they know where it is. */
export interface FeedReader {
  readonly name: string;
  /** Says where the feed is, unless they know it. Not for two at once: see `Feeds.alone`. */
  register(feed: ProductFeed): Promise<void>;
  close(): Promise<void>;
}

export interface ProductFeed {
  /** Where it is fetched, and with which name and password. */
  readonly location: string;
  readonly user: string;
  readonly password: string;
  readonly currency: string;
}

export interface Feeds {
  /** Runs the work unless another process is at it. */
  alone(name: string, work: () => Promise<void>): Promise<void>;
}
