import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { CodedError } from '@cartograph/kernel/errors';
import { normalizePassword } from '../domain/password.ts';
import type { Passwords } from '../ports.ts';

export interface ScryptCost {
  /** log2 of N: memory is 128 · r · 2^ln bytes. */
  readonly ln: number;
  readonly r: number;
  readonly p: number;
}

/** What OWASP names as the least for scrypt with 32 MiB: a quarter of a second of one core. */
export const SCRYPT_COST: ScryptCost = { ln: 15, r: 8, p: 3 };

const KEY_BYTES = 32;
/** Hashes that wait for a core. More would only make everybody wait longer than they do. */
const MOST_WAITING = 64;

/** scrypt by node:crypto. Each hash carries its cost, so that the cost can grow without anybody's password. */
export function createScryptPasswords(cost: ScryptCost = SCRYPT_COST): Passwords {
  let waiting = 0;
  // Checked instead of a hash that does not exist, so that an unknown account takes as long as a known one.
  const decoy = encode(cost, randomBytes(16), randomBytes(KEY_BYTES));

  async function derive(password: string, salt: Buffer, { ln, r, p }: ScryptCost): Promise<Buffer> {
    if (waiting >= MOST_WAITING) throw new CodedError('RATE_LIMITED');
    waiting += 1;
    try {
      return await scryptAsync(normalizePassword(password), salt, { N: 2 ** ln, r, p, maxmem: 256 * r * 2 ** ln });
    } finally {
      waiting -= 1;
    }
  }

  return {
    async hash(password) {
      const salt = randomBytes(16);
      return encode(cost, salt, await derive(password, salt, cost));
    },
    async verify(password, hash) {
      const { cost: given, salt, key } = decode(hash ?? decoy);
      const same = timingSafeEqual(await derive(password, salt, given), key);
      return same && hash !== null;
    },
    isOutdated(hash) {
      const { cost: given } = decode(hash);
      return given.ln !== cost.ln || given.r !== cost.r || given.p !== cost.p;
    },
  };
}

const scryptAsync = (password: string, salt: Buffer, options: ScryptOptions): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    scrypt(password, salt, KEY_BYTES, options, (error, key) => (error ? reject(error) : resolve(key)));
  });

/** The PHC string format: `$scrypt$ln=15,r=8,p=3$salt$key`. */
const encode = ({ ln, r, p }: ScryptCost, salt: Buffer, key: Buffer): string =>
  `$scrypt$ln=${ln},r=${r},p=${p}$${salt.toString('base64url')}$${key.toString('base64url')}`;

const FORM = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w-]+)\$([\w-]+)$/;

function decode(hash: string): { cost: ScryptCost; salt: Buffer; key: Buffer } {
  const [, ln, r, p, salt, key] = FORM.exec(hash) ?? [];
  if (!ln || !r || !p || !salt || !key) throw new Error('a stored password hash is not in the form that we write');
  return {
    cost: { ln: Number(ln), r: Number(r), p: Number(p) },
    salt: Buffer.from(salt, 'base64url'),
    key: Buffer.from(key, 'base64url'),
  };
}
