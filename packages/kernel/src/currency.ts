/** Number of minor-unit digits where it is not 2. Source: ISO 4217 table A.1. */
const EXPONENTS: Readonly<Record<string, number>> = {
  BIF: 0,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  ISK: 0,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  PYG: 0,
  RWF: 0,
  UGX: 0,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
  BHD: 3,
  IQD: 3,
  JOD: 3,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  TND: 3,
};

const CODES = new Set(Intl.supportedValuesOf('currency'));

/** True for an ISO 4217 code that is in use, in capitals. */
export const isCurrencyCode = (code: string): boolean => CODES.has(code);

/** How many decimal digits an amount in this currency has. */
export const currencyDigits = (code: string): number => EXPONENTS[code] ?? 2;
