import { expect, it } from 'vitest';
import { planOrRefuse } from './refusal.ts';

it('makes a refusal of what the planner finds too much', () => {
  const tooMuch = () => {
    throw new Error('Number of non-local selections exceeds limit of 100000');
  };
  expect(() => planOrRefuse(tooMuch)).toThrow(
    expect.objectContaining({ extensions: { code: 'OPERATION_TOO_LARGE', http: { status: 400 } } }),
  );
});

it('lets every other failure through, and every plan', () => {
  const defect = new Error('this should not have happened');
  expect(() =>
    planOrRefuse(() => {
      throw defect;
    }),
  ).toThrow(defect);
  expect(planOrRefuse(() => 'plan')).toBe('plan');
});
