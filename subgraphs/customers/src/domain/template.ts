import type { Letter } from './message.ts';
import type { DataReader } from './template-data.ts';

export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

/** What the messages of one shop have in common. */
export interface Shop {
  readonly name: string;
  /** A link into the storefront that carries a sealed one-time token. */
  readonly tokenLink: (page: TokenPage, tokenId: string) => string;
}

export type TokenPage = 'reset-password' | 'verify-email' | 'accept-invitation';

export interface TemplateContext {
  readonly data: DataReader;
  readonly shop: Shop;
}

/** A letter in each language. */
export type Template = Readonly<Record<Language, (context: TemplateContext) => Letter>>;

/** de-AT reads German; what has no translation reads English. */
export const languageOf = (locale: string): Language => (/^de(-|$)/i.test(locale) ? 'de' : 'en');
