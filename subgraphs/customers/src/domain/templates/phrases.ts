import { type Block, paragraph, rows } from '../message.ts';
import type { Language, Shop } from '../template.ts';
import type { DataReader } from '../template-data.ts';

const GREETING = { en: 'Hello', de: 'Hallo' };
const FAREWELL = { en: 'Kind regards', de: 'Viele Grüße' };

export const greeting = (language: Language, name: string | null): readonly Block[] =>
  paragraph(name ? `${GREETING[language]} ${name},` : `${GREETING[language]},`);

export const farewell = (language: Language, shop: Shop): string => `${FAREWELL[language]}\n${shop.name}`;

/** The number that people read; the id where there is none. */
export const orderNumber = (data: DataReader): string => data.text('orderNumber') ?? data.needed('orderId');

/** What was bought: "2 × Mug, blue" and what it costs. */
export const orderLines = (data: DataReader): readonly Block[] =>
  rows(
    data
      .items('lines')
      .map((line) => [`${line.text('quantity') ?? '1'} × ${line.text('title') ?? ''}`, line.money('total') ?? '']),
  );
