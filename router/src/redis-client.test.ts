import { setFlagsFromString } from 'node:v8';
import { expect, it } from 'vitest';

setFlagsFromString('--allow-natives-syntax');
const methodsAreFast = new Function('return %HasFastProperties(String.prototype)') as () => boolean;

it('leaves the methods of strings as fast as they were', async () => {
  expect(methodsAreFast()).toBe(true);
  await import('ioredis');
  expect(methodsAreFast(), 'ioredis extends String no longer: what mends that can go').toBe(false);
  await import('./redis-client.ts');
  expect(methodsAreFast()).toBe(true);
});
