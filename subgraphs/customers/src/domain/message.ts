/** One piece of a message. Templates say what is told; only here it becomes text or HTML, so that nothing is unescaped. */
export type Block =
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'button'; readonly label: string; readonly url: string }
  | { readonly kind: 'rows'; readonly rows: readonly (readonly [string, string])[] };

export interface Letter {
  readonly subject: string;
  readonly blocks: readonly Block[];
  readonly farewell: string;
  /** One line for a phone; null for what must not travel that way. */
  readonly sms: string | null;
}

export interface RenderedMessage {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly sms: string | null;
}

export const paragraph = (text: string | null): readonly Block[] => (text ? [{ kind: 'paragraph', text }] : []);
export const button = (label: string, url: string | null): readonly Block[] =>
  url ? [{ kind: 'button', label, url }] : [];
export const rows = (list: readonly (readonly [string, string | null])[]): readonly Block[] => {
  const told = list.filter((row): row is readonly [string, string] => row[1] !== null);
  return told.length > 0 ? [{ kind: 'rows', rows: told }] : [];
};

export const renderLetter = (letter: Letter, locale: string): RenderedMessage => ({
  // A line break in a subject would start a new header.
  subject: oneLine(letter.subject).slice(0, 200),
  text: `${[...letter.blocks.map(blockText), letter.farewell].join('\n\n')}\n`,
  html: [
    `<!doctype html><html lang="${escapeHtml(locale)}"><head><meta charset="utf-8"><title>${escapeHtml(letter.subject)}</title></head>`,
    '<body style="font-family:sans-serif;line-height:1.5;color:#222;max-width:36rem;margin:auto;padding:1rem">',
    ...letter.blocks.map(blockHtml),
    `<p>${lines(letter.farewell)}</p>`,
    '</body></html>\n',
  ].join('\n'),
  sms: letter.sms === null ? null : oneLine(letter.sms).slice(0, 480),
});

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

function blockText(block: Block): string {
  if (block.kind === 'paragraph') return block.text;
  if (block.kind === 'button') return `${block.label}:\n${block.url}`;
  return block.rows.map(([left, right]) => `${oneLine(left)}: ${oneLine(right)}`).join('\n');
}

function blockHtml(block: Block): string {
  if (block.kind === 'paragraph') return `<p>${lines(block.text)}</p>`;
  if (block.kind === 'button')
    return `<p><a href="${escapeHtml(block.url)}" style="display:inline-block;padding:.6rem 1rem;background:#222;color:#fff;text-decoration:none;border-radius:.3rem">${escapeHtml(block.label)}</a></p>`;
  const cells = block.rows.map(
    ([left, right]) =>
      `<tr><td style="padding:.2rem 1rem .2rem 0">${escapeHtml(left)}</td><td style="text-align:right">${escapeHtml(right)}</td></tr>`,
  );
  return `<table style="border-collapse:collapse">${cells.join('')}</table>`;
}

const lines = (text: string): string => escapeHtml(text).replaceAll('\n', '<br>');

export const escapeHtml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
