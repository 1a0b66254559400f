import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LANGUAGES, TEMPLATES } from '@cartograph/customers/templates';
import { expect, it } from 'vitest';
import { servePreviews, writePreviews } from './mail-preview.ts';

it('previews every message in every language, and links to each file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cartograph-preview-'));
  const count = await writePreviews(folder);
  const files = await readdir(folder);
  expect(files).toHaveLength(count);
  const index = await readFile(join(folder, 'index.html'), 'utf8');
  for (const template of Object.keys(TEMPLATES))
    for (const language of LANGUAGES) {
      const names = [`${template}.${language}.html`, `${template}.${language}.txt`];
      expect(files).toEqual(expect.arrayContaining(names));
      for (const name of names) expect(index).toContain(`href="${name}"`);
    }
  const links = [...index.matchAll(/href="([^"]+)"/g)].map(([, name]) => name);
  expect(links.sort()).toEqual(files.filter((name) => name !== 'index.html').sort());
  await rm(folder, { recursive: true });
});

it('shows them in a browser, and nothing else', async () => {
  const server = servePreviews().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect(await (await fetch(url)).text()).toContain('shipment-sent.de.html');
  const page = await fetch(`${url}/shipment-sent.de.html`);
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(await page.text()).toContain('Ihr Paket ist auf dem Weg zu Ihnen.');
  expect((await fetch(`${url}/../package.json`)).status).toBe(404);
  server.close();
  server.closeAllConnections();
});
