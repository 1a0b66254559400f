import { describe, expect, it } from 'vitest';
import { readEach, readProviderSecret, readProviders } from '../src/provider-settings.ts';

describe('a provider’s secret', () => {
  it('that is absent or malformed stops the start by its name, and is not said', () => {
    expect(() => readProviderSecret({}, 'CARRIER_KEY')).toThrow(/^CARRIER_KEY is not set/);
    expect(() => readProviderSecret({ CARRIER_KEY_FILE: '/none/of/these' }, 'CARRIER_KEY')).toThrow(
      /^CARRIER_KEY_FILE /,
    );
    const malformed = () => readProviderSecret({ CARRIER_KEY: 'two words' }, 'CARRIER_KEY');
    expect(malformed).toThrow(/^CARRIER_KEY has not the form/);
    expect(malformed).not.toThrow(/two words/);
  });
});

describe('the providers of a category', () => {
  const read = (CARRIERS?: string) => readProviders({ CARRIERS }, 'CARRIERS', ['sandbox', 'ups'], 'sandbox');

  it('are the usual one or nobody, or several in the order in which they are named', () => {
    expect(read()).toEqual(['sandbox']);
    expect(readProviders({ CARRIERS: ' ' }, 'CARRIERS', ['sandbox', 'ups'], null)).toEqual([]);
    expect(read(' ups, Sandbox,')).toEqual(['ups', 'sandbox']);
  });

  it.each([
    ['ups,fedex', 'fedex'],
    ['ups,sandbox,ups', 'ups'],
    ['toString', 'tostring'],
  ])('stop the start by the setting’s name when one is unknown or named twice: %s', (named, wrong) => {
    expect(() => read(named)).toThrow(
      `CARRIERS must list each provider once, out of sandbox, ups, and has "${wrong}".`,
    );
  });

  it('are read in their order, each by its own settings', () => {
    const readers = { sandbox: () => 1, ups: (env: Readonly<Record<string, string | undefined>>) => env.UPS };
    expect(Object.entries(readEach({ CARRIERS: 'ups,sandbox', UPS: 'u' }, 'CARRIERS', readers))).toEqual([
      ['ups', 'u'],
      ['sandbox', 1],
    ]);
    expect(readEach({}, 'CARRIERS', readers)).toEqual({});
    expect(readEach({}, 'CARRIERS', readers, 'sandbox')).toEqual({ sandbox: 1 });
  });
});
