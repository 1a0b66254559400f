import type { FetchNode } from '@apollo/query-planner';
import { askedFieldsOf } from '../planning/root-fields.ts';
import { mergeInto, mergeObject, withoutKnownNames } from './merge.ts';
import type { Json } from './walk.ts';
import { property } from './writer.ts';

/** Takes what a subgraph answered about an object into what is known of it. */
export type Take = (target: Json, answer: Json) => void;

/**
 * Compiles how the answers of a fetch are taken in. `oneObjects` are the interfaces that its subgraph knows as one object
 * each. Nearly always it is a function made for just the fields that the fetch asks for, which reads and writes them by their
 * names; what a subgraph adds unasked is left where it is.
 */
export function compileTake(node: FetchNode, oneObjects: ReadonlySet<unknown>): Take {
  if (oneObjects.size > 0) return (target, answer) => mergeInto(target, withoutKnownNames(target, answer, oneObjects));
  // A type's name counts also where nobody asked for it: an answer that contradicts the schema is not believed.
  const names = [...new Set(askedFieldsOf(node)).add('__typename')];
  // A field that is renamed is not where the query says, and names that every object inherits need care.
  if (node.outputRewrites?.length || names.some((name) => name in Object.prototype)) return mergeInto;
  const lines = names.map((name) => {
    const [from, to] = [property('answer', name), property('target', name)];
    return `value=${from};
      if(value!==undefined){
        if(typeof value!=='object'||value===null||typeof(known=${to})!=='object'||known===null)${to}=value;
        else merge(target,${JSON.stringify(name)},known,value)
      }`;
  });
  const source = `'use strict';return function take(target,answer){let value,known;${lines.join('\n')}}`;
  return new Function('merge', source)(mergeObject) as Take;
}
