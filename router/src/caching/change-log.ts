import { typeOfTag } from './tags.ts';

/** What has changed of one type. */
export interface Change {
  readonly typename: string;
  /** Absent: everything of this type may have changed. */
  readonly ids?: readonly string[];
}

/** When each thing changed last, as far back as anything can still be kept that was read before. */
export interface ChangeLog {
  /** Changes before this are not known any more: what was read earlier cannot be vouched for. */
  readonly horizon: number;
  add(changes: readonly Change[], sequence: number): void;
  /** Whether any of these changed after `sequence`, which must not lie before the horizon. */
  changedSince(sequence: number, tags: readonly string[]): boolean;
}

/** Things that changed, in each of two generations. With more of them, what is older is forgotten sooner. */
const MAX_THINGS = 50_000;

/** `keepMs` is how long the longest-lived answer is kept. */
export function createChangeLog(start: number, keepMs: number, now: () => number): ChangeLog {
  let horizon = start;
  let younger = new Map<string, number>();
  let older = new Map<string, number>();
  /** The sequence with which the younger generation began, and when. */
  let begunAt = now();
  let begunWith = start;

  function turn(sequence: number): void {
    older = younger;
    younger = new Map();
    horizon = begunWith;
    begunWith = sequence;
    begunAt = now();
  }
  const lastOf = (thing: string): number => younger.get(thing) ?? older.get(thing) ?? Number.NEGATIVE_INFINITY;

  return {
    get horizon() {
      return horizon;
    },
    add(changes, sequence) {
      if (now() - begunAt > keepMs || younger.size > MAX_THINGS) turn(sequence - 1);
      for (const { typename, ids } of changes) {
        // Whatever happens to one of them may move it in a list, or into it, or out.
        younger.set(typename, sequence);
        if (ids) for (const id of ids) younger.set(`${typename}:${id}`, sequence);
        else younger.set(everything(typename), sequence);
      }
    },
    changedSince(sequence, tags) {
      let type = '';
      let touched = false;
      for (const tag of tags) {
        // Tags of a type mostly stand together: what was found out of the type holds for the next one too.
        if (!tag.startsWith(type) || (tag.length > type.length && tag[type.length] !== ':') || type === '') {
          type = typeOfTag(tag);
          // Whatever changes of a type is noted for the type as well: mostly, nothing more has to be looked up.
          touched = lastOf(type) > sequence;
          if (touched && lastOf(everything(type)) > sequence) return true;
        }
        if (touched && lastOf(tag) > sequence) return true;
      }
      return false;
    },
  };
}

/** No tag begins like this. */
const everything = (typename: string): string => `*${typename}`;
