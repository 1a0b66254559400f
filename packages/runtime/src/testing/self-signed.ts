import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';

const HOUR = 3_600_000;

/** One ASN.1 value in DER; everything in this certificate is shorter than 64 kB. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const head = length < 128 ? [tag, length] : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(head), content]);
}
const sequence = (...parts: readonly Buffer[]) => der(0x30, ...parts);
const hex = (text: string) => Buffer.from(text, 'hex');

/** A key and a certificate that nobody has signed but itself, made anew so that no key lies in the repository. */
export function selfSigned(commonName = 'localhost'): { readonly key: string; readonly cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'prime256v1',
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const ecdsaWithSha256 = sequence(der(0x06, hex('2a8648ce3d040302')));
  const name = sequence(der(0x31, sequence(der(0x06, hex('550403')), der(0x0c, Buffer.from(commonName)))));
  const time = (offset: number) => {
    const digits = new Date(Date.now() + offset).toISOString().replace(/\D/g, '').slice(2, 14);
    return der(0x17, Buffer.from(`${digits}Z`));
  };
  const content = sequence(
    der(0x02, Buffer.from([1])),
    ecdsaWithSha256,
    name,
    sequence(time(-HOUR), time(HOUR)),
    name,
    publicKey,
  );
  const signature = sign('sha256', content, createPrivateKey(privateKey));
  const certificate = sequence(content, ecdsaWithSha256, der(0x03, Buffer.from([0]), signature));
  const lines = certificate.toString('base64').replace(/.{64}/g, '$&\n');
  return { key: privateKey, cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n` };
}
