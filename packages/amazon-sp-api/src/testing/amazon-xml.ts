/** An order feed's XML as far as the double reads it: throws where it is not well formed, or another kind of feed. */
export function readXml(text: string, messageType: string): string {
  const open: string[] = [];
  for (const [, closing, name = '', attributes = ''] of text.matchAll(/<(\/?)([A-Za-z][\w:.-]*)([^<>]*)>/g)) {
    if (closing) {
      if (open.pop() !== name) throw new Error(`</${name}> closes what is not open`);
    } else if (!attributes.endsWith('/')) open.push(name);
  }
  if (open.length > 0) throw new Error(`<${open.join('><')}> is not closed`);
  if (/&(?!amp;|lt;|gt;|quot;)/.test(text)) throw new Error('an ampersand is not escaped');
  if (textAt(text, 'MessageType') !== messageType) throw new Error(`the feed is not of ${messageType}`);
  if (!textAt(text, 'MerchantIdentifier')) throw new Error('the feed does not say whose it is');
  return text;
}

/** What stands between each pair of such tags. */
export const tags = (xml: string, name: string): readonly string[] =>
  [...xml.matchAll(new RegExp(`<${name}(?: [^>]*)?>(.*?)</${name}>`, 'gs'))].map(([, inner = '']) => inner);

/** The text of the first such element; empty without one. */
export const textAt = (xml: string, name: string): string =>
  (tags(xml, name)[0] ?? '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
