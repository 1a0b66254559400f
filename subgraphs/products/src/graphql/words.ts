import type { Seo } from '../../generated/graphql.ts';
import type { Context } from '../context.ts';
import { inLanguage, type Translation, type Words } from '../domain/translation.ts';

interface LocaleArgs {
  readonly locale?: string | null | undefined;
}

/** The resolvers of everything that has translations. Nothing is read while nobody asks for a language. */
export function translated<T extends Words>(
  translationsOf: (parent: T, context: Context) => Promise<readonly Translation[]>,
) {
  const words = async (parent: T, { locale }: LocaleArgs, context: Context): Promise<Words> =>
    locale ? inLanguage(parent, await translationsOf(parent, context), locale) : parent;
  const field =
    (name: 'title' | 'description' | 'descriptionHtml') =>
    (parent: T, args: LocaleArgs, context: Context): string | Promise<string> =>
      args.locale ? words(parent, args, context).then((found) => found[name]) : parent[name];
  return {
    title: field('title'),
    description: field('description'),
    descriptionHtml: field('descriptionHtml'),
    seo: async (parent: T, args: LocaleArgs, context: Context): Promise<Seo> => {
      const { title, description, seoTitle, seoDescription } = await words(parent, args, context);
      return { title: seoTitle ?? title, description: seoDescription ?? firstWords(description) };
    },
  };
}

const MAX_SEO = 160;

/** As much of a text as search engines show, cut between words. */
function firstWords(text: string): string {
  const line = text.replaceAll('\n', ' ');
  if (line.length <= MAX_SEO) return line;
  const cut = line.slice(0, MAX_SEO);
  return `${cut.slice(0, cut.lastIndexOf(' ') > 0 ? cut.lastIndexOf(' ') : MAX_SEO)}…`;
}
