import type { Verdict } from '../check.ts';
import { github, json, sarif } from './machine.ts';
import { markdown } from './markdown.ts';
import { type TextOptions, text } from './text.ts';

export const FORMATS = ['text', 'github', 'json', 'sarif', 'markdown'] as const;
export type Format = (typeof FORMATS)[number];

export function render(verdict: Verdict, format: Format, options: TextOptions): string {
  switch (format) {
    case 'text':
      return text(verdict, options);
    case 'github':
      return github(verdict);
    case 'json':
      return json(verdict);
    case 'sarif':
      return sarif(verdict);
    case 'markdown':
      return markdown(verdict);
  }
}
