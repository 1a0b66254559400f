// `npm run mail:preview`: every message in every language, as files to open; `-- --serve` shows them in a browser.
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { SAMPLE } from '@cartograph/customers/samples';
import { LANGUAGES, renderTemplate, TEMPLATES } from '@cartograph/customers/templates';
import { dataFolder } from './settings.ts';

const SHOP = {
  name: 'Your shop',
  tokenLink: (page: string, id: string) => `https://shop.example.com/${page}#token=${id}`,
};

/** File names and what is in them; `index.html` leads to all of them. */
export function renderPreviews(): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const rows: string[] = [];
  for (const template of Object.keys(TEMPLATES))
    for (const language of LANGUAGES) {
      const { subject, html, text, sms } = renderTemplate(template, SAMPLE, language, SHOP);
      const name = `${template}.${language}`;
      files.set(`${name}.html`, html);
      files.set(`${name}.txt`, text);
      if (sms !== null) files.set(`${name}.sms.txt`, `${sms}\n`);
      const link = (suffix: string, label: string) =>
        files.has(`${name}.${suffix}`) ? `<a href="${name}.${suffix}">${label}</a>` : '–';
      const cells = [
        template,
        language,
        escaped(subject),
        link('html', 'HTML'),
        link('txt', 'text'),
        link('sms.txt', 'SMS'),
      ];
      rows.push(`<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`);
    }
  const style = 'body{font-family:sans-serif}td{padding:.2rem 1rem .2rem 0}';
  files.set(
    'index.html',
    `<!doctype html><meta charset="utf-8"><title>Messages</title><style>${style}</style><table>${rows.join('\n')}</table>\n`,
  );
  return files;
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

export async function writePreviews(folder: string): Promise<number> {
  const files = renderPreviews();
  await mkdir(folder, { recursive: true });
  for (const [name, content] of files) await writeFile(join(folder, name), content);
  return files.size;
}

const TYPES: Readonly<Record<string, string>> = { html: 'text/html; charset=utf-8', txt: 'text/plain; charset=utf-8' };

/** The same files over HTTP, on this machine alone. */
export const servePreviews = () => {
  const files = renderPreviews();
  return createServer((request, response) => {
    const name = (request.url ?? '/').split('?')[0]?.slice(1) || 'index.html';
    const content = files.get(name);
    const type = TYPES[name.split('.').at(-1) ?? ''] ?? 'text/plain';
    response.writeHead(content === undefined ? 404 : 200, { 'content-type': type }).end(content ?? 'not found');
  });
};

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { out: { type: 'string' }, serve: { type: 'boolean' }, port: { type: 'string' } },
  });
  if (values.serve) {
    const server = servePreviews().listen(Number(values.port ?? 4020), '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      console.log(`http://127.0.0.1:${port}/`);
    });
    return;
  }
  const folder = resolve(values.out ?? join(dataFolder(process.env), 'mail-preview'));
  const count = await writePreviews(folder);
  console.log(`${count} files. Open ${pathToFileURL(join(folder, 'index.html')).href}`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
