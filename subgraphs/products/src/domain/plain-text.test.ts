import { expect, it } from 'vitest';
import { plainText } from './plain-text.ts';

it.each([
  ['<p>Warm &amp; dry</p><p>Made in&nbsp;Italy</p>', 'Warm & dry\nMade in Italy'],
  ['a<br/>b<br>c', 'a\nb\nc'],
  ['<b>bold</b>ly', 'boldly'],
  ['<ul><li>one</li><li>two</li></ul>', 'one\ntwo'],
  ['<script>alert(1)</script>safe<style>p{}</style>', 'safe'],
  ['&#8364;5 &#x41; &unknown; &#xd800;', '€5 A &unknown;'],
  ['1 < 2 and 3 > 2', '1 < 2 and 3 > 2'],
  ['<!-- note -->', ''],
])('reads %s as %s', (html, text) => {
  expect(plainText(html)).toBe(text);
});
