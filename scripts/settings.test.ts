import { expect, it } from 'vitest';
import { basePort } from './settings.ts';

it('takes a base port whose ports a browser opens', () => {
  expect(basePort('4000')).toBe(4000);
  expect(() => basePort('6000')).toThrow(/port 6000 is used, which browsers refuse/);
  // Where the sandbox asks a buyer to confirm, ten above.
  expect(() => basePort('5050')).toThrow(/port 5060 is used/);
  for (const asked of ['0', '65001', '4000.5', 'http']) expect(() => basePort(asked)).toThrow(/whole number/);
});
