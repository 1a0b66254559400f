import { isCurrencyCode } from '@cartograph/kernel/currency';
import { badInput } from '@cartograph/kernel/errors';
import { GraphQLScalarType, Kind } from 'graphql';

const COUNTRIES = new Set(
  (
    'AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG ' +
    'CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL ' +
    'GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA ' +
    'LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP ' +
    'NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV ' +
    'SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW'
  ).split(' '),
);

const read = (name: string, parse: (value: unknown) => unknown, serialize: (value: unknown) => unknown) =>
  new GraphQLScalarType({
    name,
    serialize,
    parseValue: parse,
    parseLiteral: (node) =>
      parse(node.kind === Kind.STRING || node.kind === Kind.INT || node.kind === Kind.FLOAT ? node.value : null),
  });

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The scalars that all subgraphs share. A bad value is the caller's mistake and says how to write a good one. */
export const scalars = {
  DateTime: read(
    'DateTime',
    (value) => {
      const date = new Date(/^\d{4}-\d{2}-\d{2}T/.test(text(value)) ? text(value) : Number.NaN);
      if (Number.isNaN(date.getTime())) throw badInput('A DateTime is written like 2026-01-31T12:00:00Z.');
      return date;
    },
    (value) => (value instanceof Date ? value.toISOString() : value),
  ),
  Decimal: read(
    'Decimal',
    (value) => {
      if (!/^-?\d{1,13}(\.\d{1,6})?$/.test(text(value)))
        throw badInput('A Decimal is written as a string like "19.99".');
      return value;
    },
    String,
  ),
  CurrencyCode: read(
    'CurrencyCode',
    (value) => {
      if (!isCurrencyCode(text(value)))
        throw badInput(`${JSON.stringify(value)} is not a currency code. Use an ISO 4217 code such as EUR or USD.`);
      return value;
    },
    String,
  ),
  CountryCode: read(
    'CountryCode',
    (value) => {
      if (!COUNTRIES.has(text(value)))
        throw badInput(`${JSON.stringify(value)} is not a country code. Use an ISO 3166-1 code such as DE or US.`);
      return value;
    },
    String,
  ),
};
