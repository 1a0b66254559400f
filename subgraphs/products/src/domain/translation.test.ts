import { expect, it } from 'vitest';
import { inLanguage, localeChain, normaliseLocale } from './translation.ts';

const original = { title: 'Cup', descriptionHtml: '<p>x</p>', description: 'x', seoTitle: null, seoDescription: 'buy' };
const none = { title: null, descriptionHtml: null, description: null, seoTitle: null, seoDescription: null };
const translations = [
  { ...none, locale: 'de', title: 'Tasse', seoTitle: 'Tassen' },
  { ...none, locale: 'de-AT', title: 'Häferl' },
];

it('reads each field in the nearest language that has it', () => {
  expect(inLanguage(original, translations, 'de-AT')).toMatchObject({
    title: 'Häferl',
    seoTitle: 'Tassen',
    description: 'x',
  });
  expect(inLanguage(original, translations, 'DE_at').title).toBe('Häferl');
  expect(inLanguage(original, translations, 'de-CH').title).toBe('Tasse');
  expect(inLanguage(original, translations, 'fr')).toEqual(original);
});

it('knows which languages are near', () => {
  expect(localeChain('zh-Hant-TW')).toEqual(['zh-hant-tw', 'zh-hant', 'zh']);
  expect(normaliseLocale('DE_at')).toBe('de-AT');
});
