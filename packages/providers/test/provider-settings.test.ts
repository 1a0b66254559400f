import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readProviderSecret, readProviders } from '../src/provider-settings.ts';

describe('a provider’s secret', () => {
  it('comes from the setting, or from a file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'secret-'));
    try {
      writeFileSync(join(folder, 'key'), 'EZAK_of_the_file\n');
      const file = { CARRIER_KEY_FILE: join(folder, 'key') };
      expect(readProviderSecret(file, 'CARRIER_KEY')).toBe('EZAK_of_the_file');
      expect(readProviderSecret({ ...file, CARRIER_KEY: 'EZAK_here' }, 'CARRIER_KEY')).toBe('EZAK_here');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('that is absent or malformed stops the start by its name, and is not said', () => {
    expect(() => readProviderSecret({}, 'CARRIER_KEY')).toThrow(/^CARRIER_KEY is not set/);
    expect(() => readProviderSecret({ CARRIER_KEY_FILE: '/none/of/these' }, 'CARRIER_KEY')).toThrow(
      /^CARRIER_KEY_FILE names a file/,
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
