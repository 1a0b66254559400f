import { describe, expect, it } from 'vitest';
import { askPlanner, planOrRefuse } from './refusal.ts';

const failing = (message: string) => () =>
  askPlanner(() => {
    throw new Error(message);
  });
const refused = (code: string) => expect.objectContaining({ extensions: { code, http: { status: 400 } } });

describe('what the planner throws', () => {
  it('is a refusal where it finds the operation too much', () => {
    const tooMuch = failing('Number of non-local selections exceeds limit of 100000');
    expect(() => planOrRefuse(tooMuch, 'first', () => 'second')).toThrow(refused('OPERATION_TOO_LARGE'));
  });

  it('is answered in other words, once', () => {
    const asked: string[] = [];
    const plan = (question: string) => {
      asked.push(question);
      return question === 'second' ? question : failing('Was not able to find any options for x')();
    };
    expect(planOrRefuse(plan, 'first', () => 'second')).toBe('second');
    expect(() => planOrRefuse(plan, 'first', () => 'third')).toThrow(refused('OPERATION_NOT_PLANNABLE'));
    expect(asked).toEqual(['first', 'second', 'first', 'third']);
  });

  it('is a refusal where there are no other words', () => {
    expect(() => planOrRefuse(failing('Cannot add selection'), 'first')).toThrow(refused('OPERATION_NOT_PLANNABLE'));
  });
});

it('lets every other failure through, and every plan', () => {
  const defect = new Error('this should not have happened');
  const plan = () => {
    throw defect;
  };
  expect(() => planOrRefuse(plan, 'first', () => 'second')).toThrow(defect);
  expect(planOrRefuse(() => 'plan', 'first')).toBe('plan');
});
