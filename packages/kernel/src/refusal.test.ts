import { expect, it } from 'vitest';
import { invalidInput, notFound } from './refusal.ts';

it('names each refused value in its message', () => {
  const issues = [
    { path: ['lines', '0', 'quantity'], message: 'Too small.' },
    { path: ['key'], message: 'Too long.' },
  ];
  expect(invalidInput(issues)).toEqual({
    kind: 'InvalidInput',
    message: 'lines.0.quantity: Too small. key: Too long.',
    issues,
  });
});

it('says what is not there', () => {
  expect(notFound('warehouse')).toEqual({ kind: 'NotFound', message: 'There is no such warehouse.' });
});
