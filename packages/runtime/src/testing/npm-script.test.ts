import { expect, it } from 'vitest';
import { argumentsOf } from './npm-script.ts';

it("gives Node's arguments of a script", () => {
  expect(argumentsOf('router').at(-1)).toBe('scripts/router.ts');
});

it('throws at a script that is not there, and at one that another program runs', () => {
  expect(() => argumentsOf('no-such')).toThrow('package.json has no script no-such');
  expect(() => argumentsOf('lint')).toThrow('package.json has no script lint');
});
