import { expect, it } from 'vitest';
import { checkAnswer } from '../src/check.ts';
import { readContract } from '../src/contract.ts';
import type { JsonObject } from '../src/json-schema.ts';
import { createSamples } from '../src/samples.ts';

const kindOf = ({ object }: JsonObject) => (typeof object === 'string' ? object : null);

it('what was recorded says what else an answer may be', () => {
  const recorded = [
    { object: 'Parcel', id: 'p1', weight: 1, tracker: null, messages: [] },
    { object: 'Parcel', id: 'p2', weight: 1.5, tracker: { object: 'Tracker', status: 'x' }, messages: [], note: 'n' },
  ];
  const samples = createSamples(recorded, { kindOf });
  const contract = readContract({
    openapi: '3.1.0',
    info: { title: 'Recorded', version: '1' },
    paths: {
      '/p': {
        get: { responses: { 200: { content: { 'application/json': { schema: samples.schemaOf(recorded) } } } } },
      },
    },
    components: { schemas: samples.schemas() },
  });
  const problems = (more: object) => {
    const body = { object: 'Parcel', id: 'p', weight: 2, tracker: null, messages: [], ...more };
    return checkAnswer(contract, contract.operations[0] as never, { status: 200, body });
  };
  expect(problems({ note: 'other', messages: [{ text: 'of this nothing is known' }] })).toEqual([]);
  expect(problems({ tracker: { object: 'Tracker', status: 'y' } })).toEqual([]);
  expect(problems({ weight: '2' }).join()).toMatch(/number/);
  expect(problems({ id: undefined }).join()).toMatch(/required/);
  expect(problems({ colour: 'red' }).join()).toMatch(/additional/);
  expect(problems({ tracker: { object: 'Tracker' } }).join()).toMatch(/status/);
});
