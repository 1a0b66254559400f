/** The words of a product or a collection, in its own language or another. */
export interface Words {
  readonly title: string;
  readonly descriptionHtml: string;
  readonly description: string;
  readonly seoTitle: string | null;
  readonly seoDescription: string | null;
}

/** What is null is read in the nearest language, then in the original. */
export type Translation = { readonly [K in keyof Words]: Words[K] | null } & { readonly locale: string };

/** The nearest languages first: `de-AT` is `de-AT`, then `de`. Case does not count, and `_` is `-`. */
export function localeChain(locale: string): readonly string[] {
  const parts = locale.toLowerCase().replaceAll('_', '-').split('-');
  return parts.map((_part, index) => parts.slice(0, parts.length - index).join('-'));
}

export const normaliseLocale = (locale: string): string => {
  const [language = '', ...rest] = locale.replaceAll('_', '-').split('-');
  return [language.toLowerCase(), ...rest.map((part) => (part.length === 2 ? part.toUpperCase() : part))].join('-');
};

/** The words in a language, each field for itself as near as there is one. */
export function inLanguage(original: Words, translations: readonly Translation[], locale: string): Words {
  const chain = localeChain(locale);
  const nearest = chain.flatMap((name) => translations.filter((one) => one.locale.toLowerCase() === name));
  const pick = <K extends keyof Words>(field: K): Words[K] =>
    (nearest.find((one) => one[field] !== null)?.[field] as Words[K] | undefined) ?? original[field];
  return {
    title: pick('title'),
    descriptionHtml: pick('descriptionHtml'),
    description: pick('description'),
    seoTitle: pick('seoTitle'),
    seoDescription: pick('seoDescription'),
  };
}
