import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Contender } from '../contenders/contender.ts';
import type { Traffic } from '../subgraphs/memo-server.ts';
import { composeSupergraph } from '../workloads/compose.ts';
import { referenceAnswers } from '../workloads/reference.ts';
import type { GraphqlRequest, Workload } from '../workloads/workload.ts';
import { differences } from './difference.ts';
import { freePort, type Running, start } from './process.ts';
import { openSubgraphs } from './subgraph-process.ts';

const START_MS = 120_000;
/** More at once would only wait for the processor. */
const STARTED_AT_ONCE = 2;

/** A contender that runs, and has answered every request of the workload as it must. */
export interface OnStage {
  readonly contender: Contender;
  readonly pid: number;
  readonly url: string;
  /** Throws, with what differs, when the answer is not the reference's. */
  check(request: string): Promise<void>;
}

/** One workload: its subgraphs in a process of their own, and the contenders before them. */
export interface Stage extends AsyncDisposable {
  readonly workload: Workload;
  readonly contenders: readonly OnStage[];
  /** The request's body. */
  body(request: string): string;
  /** What the subgraphs are asked, and give, while this one answers the request once. */
  trafficOf(one: OnStage, request: string): Promise<Traffic>;
}

export async function openStage(workload: Workload, contenders: readonly Contender[], folder: string): Promise<Stage> {
  const subgraphs = await openSubgraphs(workload.name);
  const { urls } = subgraphs;
  const supergraphFile = join(folder, `${workload.name}.graphql`);
  writeFileSync(supergraphFile, composeSupergraph(workload, urls));
  const expected = await referenceAnswers(workload);
  const started: Running[] = [];
  const close = async () => {
    await Promise.all(started.map((one) => one.stop()));
    subgraphs.close();
  };
  try {
    const open = async (contender: Contender): Promise<OnStage> => {
      const port = await freePort();
      const running = start(contender.command({ workload: workload.name, supergraphFile, port, urls, folder }));
      started.push(running);
      const url = `http://127.0.0.1:${port}/graphql`;
      const check = (name: string) => checkAnswer(contender, url, name, workload.requests[name], expected[name]);
      await listening(contender, running, url);
      for (const name of Object.keys(workload.requests)) await check(name);
      return { contender, pid: running.pid, url, check };
    };
    const onStage: OnStage[] = [];
    for (let at = 0; at < contenders.length; at += STARTED_AT_ONCE)
      onStage.push(...(await Promise.all(contenders.slice(at, at + STARTED_AT_ONCE).map(open))));
    return {
      workload,
      contenders: onStage,
      body: (request) => JSON.stringify(workload.requests[request]),
      trafficOf: (one, request) => subgraphs.trafficDuring(() => one.check(request)),
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Any HTTP answer at all means that it listens; whether it answers well is checked after. */
async function listening({ label }: Contender, running: Running, url: string): Promise<void> {
  const until = performance.now() + START_MS;
  while (running.exitCode() === undefined && performance.now() < until) {
    const signal = AbortSignal.timeout(5_000);
    const answer = await fetch(url, { method: 'POST', body: '{}', signal }).catch(() => null);
    if (answer) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${label} did not start:\n${running.output()}`);
}

async function checkAnswer(
  { label }: Contender,
  url: string,
  name: string,
  request: GraphqlRequest | undefined,
  expected: unknown,
): Promise<void> {
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(request) });
  const text = await answer.text();
  const { data, errors } = JSON.parse(text) as { data?: unknown; errors?: unknown };
  const found = differences(expected, data);
  if (found.length === 0 && errors === undefined && answer.status === 200) return;
  const said = errors === undefined ? '' : `\nerrors: ${JSON.stringify(errors).slice(0, 500)}`;
  throw new Error(`${label} answers "${name}" wrongly (HTTP ${answer.status}):\n${found.join('\n')}${said}`);
}
