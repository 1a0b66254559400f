import { existsSync, readFileSync } from 'node:fs';
import { isMap, isSeq, LineCounter, parseDocument } from 'yaml';
import { BadInput } from '../bad-input.ts';
import { record, text } from './shape.ts';
import { shown } from './tree.ts';

/** Somebody's word that a breaking change may pass, until a day. */
export interface Approval {
  readonly id: string;
  readonly who: string;
  /** ISO day; the approval holds through it. */
  readonly until: string;
  readonly why: string;
  readonly place: string;
}

export function readApprovals(file: string, cwd: string): readonly Approval[] {
  if (!existsSync(file)) return [];
  const place = shown(file, cwd);
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(file, 'utf8'), { lineCounter: lines });
  const broken = document.errors[0];
  if (broken)
    throw new BadInput(`not valid YAML: ${broken.message.split('\n')[0]}`, `${place}:${broken.linePos?.[0].line ?? 1}`);
  if (document.contents === null) return [];
  const entries = isMap(document.contents) ? document.contents.get('approvals') : document.contents;
  if (!isSeq(entries)) throw new BadInput('a list of approvals was expected', place);
  return entries.items.map((item) => {
    const at = isMap(item) ? item.range?.[0] : undefined;
    const where = `${place}:${at === undefined ? 1 : lines.linePos(at).line}`;
    const entry = record(isMap(item) ? item.toJSON() : item, where, [
      'id',
      'who',
      'until',
      'why',
      'rule',
      'coordinate',
    ]);
    const until = text(entry.until, `${where} until`);
    if (!/^\d{4}-\d{2}-\d{2}$/.test(until) || Number.isNaN(Date.parse(until)))
      throw new BadInput(`"until" must be a day like 2026-12-31, not "${until}"`, where);
    return {
      id: text(entry.id, `${where} id`),
      who: text(entry.who, `${where} who`),
      until,
      why: text(entry.why, `${where} why`),
      place: where,
    };
  });
}
