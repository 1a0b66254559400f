// One @, no spaces, quotes or brackets, and a domain with a dot: what every mail system takes, and nothing exotic.
const FORM = /^[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z][a-z0-9-]{1,62}$/;

/** The one spelling of an e-mail address: trimmed, lower case, domain in ASCII. Null when it is none. */
export function normalizeEmail(text: string): string | null {
  const [local, domain, ...rest] = text.normalize('NFKC').trim().toLowerCase().split('@');
  // What would end a host name in a URL must not get as far as the URL that turns it into ASCII.
  if (!local || !domain || rest.length > 0 || /[\s/?#\\:%[\]]/.test(domain)) return null;
  if (!URL.canParse(`http://${domain}`)) return null;
  const email = `${local}@${new URL(`http://${domain}`).hostname}`;
  return email.length <= 254 && FORM.test(email) ? email : null;
}
