import type { Answer } from '@cartograph/contract-server/check';
import type { Row } from './paypal-books.ts';

const words = new Map<string, string>();

/** Takes from a contract in which words each operation has each issue: it allows no others. */
export function readWords(published: Row): void {
  const schemas = published.components.schemas as Row;
  for (const item of Object.values<Row>(published.paths))
    for (const { operationId, responses } of Object.values<Row>(item)) {
      const seen = new Set<string>();
      const walk = (part: unknown): void => {
        if (typeof part !== 'object' || part === null) return;
        const { $ref, properties } = part as { $ref?: string; properties?: Row };
        if ($ref && !seen.has($ref)) walk(schemas[seen.add($ref) && ($ref.split('/').at(-1) ?? '')]);
        const { issue, description } = properties ?? {};
        if (issue?.enum?.length === 1 && description?.enum?.length === 1)
          words.set(`${operationId} ${issue.enum[0]}`, description.enum[0]);
        for (const inner of Object.values(part)) walk(inner);
      };
      walk(responses?.['422']);
    }
}

/** The answer in the words that the contract has for it. */
export function inWords(operation: string, answer: Answer): Answer {
  const body = answer.body as Row | undefined;
  const [detail] = body?.details ?? [];
  const description = words.get(`${operation} ${detail?.issue}`);
  return description ? { ...answer, body: { ...body, details: [{ ...detail, description }] } } : answer;
}
