import { badInput } from '@cartograph/kernel/errors';
import type { TemplateData } from './notification.ts';

/** Reads what a neighbour sent for a template. What is missing and not needed is left out of the message. */
export interface DataReader {
  text(name: string): string | null;
  /** Refuses a message that would make no sense without it. */
  needed(name: string): string;
  /** An http(s) link; anything else is refused, so that no mail carries a script. */
  link(name: string): string | null;
  /** `{ amount: "19.99", currencyCode: "EUR" }` as the reader of that language writes it. */
  money(name: string): string | null;
  /** A moment as the day that it is, as the reader of that language writes it. */
  date(name: string): string | null;
  /** A postal address as it is written on a parcel, one line each. */
  address(name: string): string | null;
  items(name: string): readonly DataReader[];
}

export function readData(data: TemplateData, locale: string): DataReader {
  const text = (name: string): string | null => {
    const value = data[name];
    if (typeof value === 'number') return String(value);
    return typeof value === 'string' && value.trim() ? value.trim().slice(0, 1000) : null;
  };
  return {
    text,
    needed(name) {
      const value = text(name);
      if (value === null) throw badInput(`The template needs "${name}" in its data.`);
      return value;
    },
    link(name) {
      const value = text(name);
      if (value !== null && !/^https?:\/\/[^\s"<>]+$/.test(value)) throw badInput(`"${name}" must be an http(s) link.`);
      return value;
    },
    money: (name) => formatMoney(data[name], locale),
    date(name) {
      const moment = new Date(text(name) ?? Number.NaN);
      if (Number.isNaN(moment.getTime())) return null;
      return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(moment);
    },
    address(name) {
      const value = data[name];
      return typeof value === 'object' && value !== null
        ? formatAddress(readData(value as TemplateData, locale))
        : null;
    },
    items(name) {
      const value = data[name];
      const rows = Array.isArray(value) ? value.slice(0, 100) : [];
      return rows.map((row) => readData((row ?? {}) as TemplateData, locale));
    },
  };
}

function formatAddress({ text }: DataReader): string | null {
  const city = [text('postalCode'), text('city')].filter(Boolean).join(' ');
  const lines = [
    text('name'),
    text('company'),
    text('line1'),
    text('line2'),
    city,
    text('region'),
    text('countryCode'),
  ];
  return lines.filter(Boolean).join('\n') || null;
}

function formatMoney(value: unknown, locale: string): string | null {
  if (typeof value !== 'object' || value === null) return null;
  const { amount, currencyCode } = value as { amount?: unknown; currencyCode?: unknown };
  if (typeof amount !== 'string' || typeof currencyCode !== 'string' || !/^[A-Z]{3}$/.test(currencyCode)) return null;
  return amountFormat(locale, currencyCode).format(Number(amount));
}

const MAX_FORMATS = 100;
const formats = new Map<string, Intl.NumberFormat>();

/** Kept: to make one costs a hundred times more than to use it. */
function amountFormat(locale: string, currency: string): Intl.NumberFormat {
  const name = `${locale} ${currency}`;
  let format = formats.get(name);
  if (!format) {
    if (formats.size >= MAX_FORMATS) formats.clear();
    format = new Intl.NumberFormat(locale, { style: 'currency', currency });
    formats.set(name, format);
  }
  return format;
}
