const MAX_LENGTH = 255;

/** Small letters of any script, digits, hyphens and underscores: what stands in a URL without being encoded twice. */
export const isHandle = (handle: string): boolean =>
  handle.length <= MAX_LENGTH && /^[\p{Ll}\p{Lo}\p{M}\p{N}_-]+$/u.test(handle);

/** "Café Crème, 250 g" as `cafe-creme-250-g`; empty when the title has neither letters nor digits. */
export const toHandle = (title: string): string =>
  title
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .replace(/[^\p{Ll}\p{Lo}\p{M}\p{N}]+/gu, '-')
    .slice(0, MAX_LENGTH)
    .replace(/^-+|-+$/g, '');
