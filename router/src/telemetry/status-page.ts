import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const read = (name: string): string => readFileSync(new URL(`../../status/${name}`, import.meta.url), 'utf8');
const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const STYLE = read('status.css');
const SCRIPT = read('status.js');

/** One file with all that it needs: it works without internet, and nothing else is ever loaded. */
export const STATUS_PAGE: string = read('index.html')
  .replace('<link rel="stylesheet" href="status.css" />', () => `<style>${STYLE}</style>`)
  .replace('<script src="status.js"></script>', () => `<script>${SCRIPT}</script>`);

/** Exactly this style and this script, and questions to this origin. */
export const CONTENT_SECURITY_POLICY: string = [
  "default-src 'none'",
  `style-src ${hashOf(STYLE)}`,
  `script-src ${hashOf(SCRIPT)}`,
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
