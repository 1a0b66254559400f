import type { FailureKind } from './failure.ts';
import type { SubgraphAnswer } from './subgraph-client.ts';

/** What a subgraph's HTTP answer means: its GraphQL, or why there is none. The content type is not asked. */
export function readAnswer(status: number, text: string): SubgraphAnswer | FailureKind {
  const success = status >= 200 && status < 300;
  if (!success) {
    if (status === 502 || status === 503 || status === 504) return 'busy';
    // A 401 is about the router, never about the caller: it is the envelope that was refused.
    if (status < 400 || status === 401 || status >= 500) return 'refused';
  }
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return success ? 'malformed' : 'refused';
  }
  const isObject = typeof answer === 'object' && answer !== null && !Array.isArray(answer);
  if (success) return isObject ? (answer as SubgraphAnswer) : 'malformed';
  // GraphQL over HTTP lets a refused request be a 4xx; then it says why.
  return isObject && Array.isArray((answer as SubgraphAnswer).errors) ? (answer as SubgraphAnswer) : 'refused';
}
