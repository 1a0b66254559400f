import { isCurrencyCode } from '@cartograph/kernel/currency';
import { parseMoney } from '@cartograph/kernel/money';
import type { ProductStatus } from './product.ts';
import { MAX_ON_HAND } from './stock-lines.ts';

/** A value, or what is wrong with the cell and what would be right. */
export type Read<T> = { readonly value: T } | { readonly problem: string };

const MAX_SHOWN = 40;
export const shown = (cell: string): string => `"${cell.length > MAX_SHOWN ? `${cell.slice(0, MAX_SHOWN)}…` : cell}"`;

const TRUE = new Set(['true', 'yes', '1', 'continue']);
const FALSE = new Set(['false', 'no', '0', 'deny']);

export function readFlag(cell: string): Read<boolean> {
  const word = cell.trim().toLowerCase();
  if (TRUE.has(word)) return { value: true };
  return FALSE.has(word) ? { value: false } : { problem: `${shown(cell)} is neither TRUE nor FALSE.` };
}

export function readPrice(cell: string, currency: string): Read<number> {
  const text = cell.trim();
  const sign = /^([A-Z]{3})\s|\s([A-Z]{3})$/.exec(text);
  const stated = sign?.[1] ?? sign?.[2];
  if (stated)
    return isCurrencyCode(stated)
      ? {
          problem: `${shown(cell)} names a currency. Write the number alone, in ${currency}; other currencies have columns of their own, such as "Price / ${stated}".`,
        }
      : { problem: `${shown(cell)} names "${stated}", which is no currency. Write the number alone, in ${currency}.` };
  if (text.startsWith('-')) return { problem: `${shown(cell)} is below zero. Write a price of 0 or more.` };
  try {
    return { value: parseMoney(text, currency).minor };
  } catch {
    return {
      problem: `${shown(cell)} is no price in ${currency}. Write it like 1299.95: a dot before the decimals, no other signs, no more decimals than ${currency} has.`,
    };
  }
}

export function readQuantity(cell: string): Read<number> {
  const text = cell.trim();
  if (/^-\d+$/.test(text))
    return { problem: `${shown(cell)} is below zero. Write 0: what is owed to buyers stands in their orders.` };
  const value = /^\d{1,12}(\.0+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value <= MAX_ON_HAND) return { value };
  return { problem: `${shown(cell)} is no quantity. Write a whole number from 0 to ${MAX_ON_HAND}.` };
}

export function readGrams(cell: string): Read<number> {
  const value = /^\d{1,9}(\.\d+)?$/.test(cell.trim()) ? Math.round(Number(cell)) : Number.NaN;
  return Number.isNaN(value) ? { problem: `${shown(cell)} is no weight. Write whole grams, such as 450.` } : { value };
}

export function readPosition(cell: string): Read<number> {
  const value = /^\d{1,6}$/.test(cell.trim()) ? Number(cell) : Number.NaN;
  return Number.isNaN(value) ? { problem: `${shown(cell)} is no position. Write a number from 1.` } : { value };
}

const STATUS: Readonly<Record<string, ProductStatus>> = {
  active: 'ACTIVE',
  draft: 'DRAFT',
  archived: 'ARCHIVED',
  // Reached by its address alone: nobody must find it in lists.
  unlisted: 'DRAFT',
};

export function readStatus(cell: string): Read<ProductStatus> {
  const value = STATUS[cell.trim().toLowerCase()];
  return value ? { value } : { problem: `${shown(cell)} is no status. Write active, draft or archived.` };
}

/** Several values of one attribute stand in a JSON list, as Shopify writes them. */
export function readAttributeValues(cell: string): readonly string[] {
  if (cell.trim() === '') return [];
  if (!cell.startsWith('[')) return [cell];
  try {
    const list: unknown = JSON.parse(cell);
    return Array.isArray(list) && list.every((item) => typeof item === 'string') ? list : [cell];
  } catch {
    return [cell];
  }
}

export const writeAttributeValues = (values: readonly string[]): string => {
  const [only = ''] = values;
  return values.length === 1 && readAttributeValues(only)[0] === only
    ? only
    : values.length === 0
      ? ''
      : JSON.stringify(values);
};
