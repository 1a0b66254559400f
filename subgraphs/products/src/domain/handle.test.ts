import { expect, it } from 'vitest';
import { isHandle, toHandle } from './handle.ts';

it.each([
  ['Café Crème, 250 g', 'cafe-creme-250-g'],
  ['Größe 42', 'grosse-42'],
  ['  --Hello!!World--  ', 'hello-world'],
  ['ботинки', 'ботинки'],
  ['東京 マグ', '東京-マグ'],
  ['!!!', ''],
])('makes a handle of "%s"', (title, handle) => {
  expect(toHandle(title)).toBe(handle);
  expect(isHandle(handle)).toBe(handle !== '');
});

it('refuses control characters', () => {
  expect(isHandle('a\0b')).toBe(false);
});

it.each(['', 'Has-Capitals', 'two words', 'a/b', 'a?b', 'x'.repeat(256)])('refuses "%s"', (handle) => {
  expect(isHandle(handle)).toBe(false);
});
