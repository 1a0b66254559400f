import { describe, expect, it } from 'vitest';
import { readProviderSecret, readProviders } from '../src/provider-settings.ts';

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

  it('are the sandbox, or several in the order in which they are named', () => {
    expect(read()).toEqual(['sandbox']);
    expect(read(' ups, sandbox,ups')).toEqual(['ups', 'sandbox']);
  });

  it('that nobody knows stop the start by the setting’s name', () => {
    expect(() => read('ups,fedex')).toThrow('CARRIERS must list some of sandbox, ups, and has "fedex".');
  });
});
