import { describe, expect, it } from 'vitest';
import { createScryptPasswords } from './scrypt-passwords.ts';

const CHEAP = { ln: 8, r: 8, p: 1 };

describe('a password hash', () => {
  it('fits its own password alone, in any spelling of the same letters', async () => {
    const passwords = createScryptPasswords(CHEAP);
    const hash = await passwords.hash('caf\u00e9 au lait');
    expect(await passwords.verify('cafe\u0301 au lait', hash)).toBe(true);
    expect(await passwords.verify('cafe au lait', hash)).toBe(false);
    expect(await passwords.hash('caf\u00e9 au lait')).not.toBe(hash);
  });

  it('is checked with the cost it was made with, and known as outdated', async () => {
    const hash = await createScryptPasswords({ ln: 7, r: 4, p: 2 }).hash('secret word');
    const passwords = createScryptPasswords(CHEAP);
    expect(await passwords.verify('secret word', hash)).toBe(true);
    expect(passwords.isOutdated(hash)).toBe(true);
    expect(passwords.isOutdated(await passwords.hash('secret word'))).toBe(false);
  });

  it('never fits where there is none', async () => {
    expect(await createScryptPasswords(CHEAP).verify('', null)).toBe(false);
  });

  it('turns callers away rather than letting them queue without end', async () => {
    const passwords = createScryptPasswords({ ln: 12, r: 8, p: 1 });
    const answers = await Promise.allSettled(Array.from({ length: 100 }, () => passwords.hash('x')));
    const refused = answers.filter((answer) => answer.status === 'rejected');
    expect(refused).toHaveLength(36);
    expect(refused.every(({ reason }) => reason.code === 'RATE_LIMITED')).toBe(true);
    expect(await passwords.hash('x')).toMatch(/^\$scrypt\$ln=12/);
  });
});
