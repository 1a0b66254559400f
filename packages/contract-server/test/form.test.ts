import { describe, expect, it } from 'vitest';
import { readForm } from '../src/form.ts';

describe('a form', () => {
  it('has objects and lists by the brackets in its names', () => {
    expect(readForm('amount=100&metadata[order]=1&types[0]=card&types[1]=ideal&expand[]=a&expand[]=b')).toEqual({
      amount: '100',
      metadata: { order: '1' },
      types: ['card', 'ideal'],
      expand: ['a', 'b'],
    });
  });

  it('has a list where a name comes twice', () => {
    expect(readForm('To=1&To=2')).toEqual({ To: ['1', '2'] });
  });

  it('has no way to the prototype of anything', () => {
    readForm('__proto__[polluted]=1&a[__proto__][polluted]=1');
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
  });
});
