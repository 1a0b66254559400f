import { type InvalidInput, type NotFound, notFound } from '@cartograph/kernel/refusal';
import { readText } from '@cartograph/kernel/text';
import { ruleProblem, type Segment, type SegmentRule } from '../domain/audience.ts';
import { createInputReader, invalidInput, limitReached, type Refusal } from '../domain/outcome.ts';
import type { Ports } from '../ports.ts';

export interface CreateSegmentInput {
  readonly name: string;
  readonly rule: { readonly [Condition in keyof SegmentRule]?: SegmentRule[Condition] | undefined };
}

export type CreateSegmentOutcome =
  | { readonly kind: 'CreateSegmentSuccess'; readonly segment: Segment }
  | Refusal<'LimitReached'>
  | InvalidInput;

export const createSegment =
  (ports: Ports) =>
  async (input: CreateSegmentInput): Promise<CreateSegmentOutcome> => {
    const reader = createInputReader();
    const name = reader.read(['name'], () => readText('name', input.name, { max: 100 }));
    const rule: SegmentRule = {
      consentTo: input.rule.consentTo ?? null,
      countryCode: input.rule.countryCode ?? null,
      createdFrom: input.rule.createdFrom ?? null,
      createdBefore: input.rule.createdBefore ?? null,
    };
    const problem = ruleProblem(rule);
    if (problem) reader.add(['rule'], problem);
    if (reader.issues.length > 0 || !name) return invalidInput(reader.issues);
    const segment: Segment = { id: ports.newId('Segment'), name, ...rule, createdAt: ports.clock() };
    const created = await ports.segments.create(segment);
    return created === 'full' ? limitReached() : { kind: 'CreateSegmentSuccess', segment };
  };

export type DeleteSegmentOutcome = { readonly kind: 'DeleteSegmentSuccess'; readonly deletedId: string } | NotFound;

export const deleteSegment =
  (ports: Ports) =>
  async (id: string): Promise<DeleteSegmentOutcome> =>
    (await ports.segments.remove(id)) ? { kind: 'DeleteSegmentSuccess', deletedId: id } : notFound('segment');
