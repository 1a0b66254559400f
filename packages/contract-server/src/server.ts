import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Answer, type Call, checkAnswer, checkRequest, type RawRequest } from './check.ts';
import type { Contract, Operation } from './contract.ts';
import { createFaults, type Faults } from './faults.ts';
import { readForm } from './form.ts';
import { type Listening, listen } from './listen.ts';

export type Handler = (call: Call) => Answer | Promise<Answer>;

export interface ContractServerOptions {
  readonly contracts: readonly Contract[];
  /** What the paths of the contracts begin with, as in the provider's base URL: `/v72`. */
  readonly prefix?: string;
  /** By the contract's name of the operation. */
  readonly answers: Readonly<Record<string, Handler>>;
  /** By method and path, such as `POST /v1/oauth2/token`: what the provider has and no contract says. */
  readonly besides?: Readonly<Record<string, Handler>>;
  /** What is asked for at an address that has many operations, as GraphQL and SOAP have; a name for faults and calls. */
  readonly nameOf?: (request: RawRequest) => string | null;
  /** Refuses what it must before anything else, such as a wrong key. */
  readonly refuse?: (request: RawRequest) => Answer | null;
  /** What the provider says to a request that its contract does not allow. */
  readonly badRequest?: (problems: readonly string[]) => Answer;
}

/** A request or an answer that is not as the contract says. */
export interface Violation {
  readonly side: 'request' | 'answer';
  readonly operation: string;
  readonly problems: readonly string[];
}

export interface ContractServer extends AsyncDisposable {
  readonly url: string;
  readonly faults: Faults;
  /** Every request that was answered, in order, with how. */
  readonly calls: readonly (Call & { readonly status: number })[];
  /** What was violated since the last time. What nobody takes fails the test when the server is closed. */
  takeViolations(): readonly Violation[];
}

/**
 * A provider's double on loopback. Every request is held against the official contract, and so is every answer of the
 * double's own.
 */
export async function openContractServer(options: ContractServerOptions): Promise<ContractServer> {
  const { contracts, prefix = '', answers, besides = {}, refuse, badRequest = plainly } = options;
  const faults = createFaults();
  const calls: (Call & { status: number })[] = [];
  const violations: Violation[] = [];
  const known = new Set(contracts.flatMap(({ operations }) => operations.map(({ name }) => name)));
  for (const name of Object.keys(answers))
    if (!known.has(name)) throw new Error(`no contract has an operation ${name}`);

  function find(request: RawRequest): { contract: Contract; operation: Operation } | null {
    if (!request.path.startsWith(prefix)) return null;
    const path = request.path.slice(prefix.length);
    for (const contract of contracts)
      for (const operation of contract.operations)
        if (operation.method === request.method && operation.match(path)) return { contract, operation };
    return null;
  }

  const violated = (side: Violation['side'], operation: string, problems: readonly string[]) => {
    if (problems.length > 0) violations.push({ side, operation, problems });
    return problems.length > 0;
  };

  async function answer(request: RawRequest): Promise<Answer | 'cut' | 'hang'> {
    const besidesKey = `${request.method} ${request.path}`;
    const found = find(request);
    const beside = besides[besidesKey];
    if (!found && !beside) {
      violated('request', besidesKey, ['is not in the contract']);
      return { status: 404, body: { error: 'not in the contract' } };
    }
    const name = found?.operation.name ?? options.nameOf?.(request) ?? besidesKey;
    const { call, problems } = found
      ? checkRequest(found.contract, found.operation, { ...request, path: request.path.slice(prefix.length) })
      : { call: plainCall(name, request), problems: [] };
    const handle = beside ?? answers[name];
    const count = (status: number) => calls.push({ ...call, status });
    const before = await happening(faults.take(name, 'before'));
    if (before) {
      count(typeof before === 'object' ? before.status : 0);
      return before;
    }
    const refused = refuse?.(request) ?? null;
    let given: Answer;
    const isBad = !refused && violated('request', name, problems);
    if (refused) given = refused;
    else if (isBad) given = badRequest(problems);
    else if (!handle) throw new Error(`nothing answers ${name}`);
    else given = await handle(call);
    // Few contracts say how a request is refused that they do not allow.
    if (found && !isBad && violated('answer', name, checkAnswer(found.contract, found.operation, given)))
      given = { status: 500, body: { error: 'the double broke the contract' } };
    count(given.status);
    return (await happening(faults.take(name, 'after'))) ?? given;
  }

  async function serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const given = await answer(await readRequest(message)).catch((error: Error): Answer => {
      violations.push({
        side: 'answer',
        operation: `${message.method} ${message.url}`,
        problems: [String(error.stack)],
      });
      return { status: 500, body: { error: 'the double failed' } };
    });
    if (given === 'hang') return;
    if (given === 'cut') return void message.socket.destroy();
    const { status, body, headers } = given;
    const isRaw = typeof body === 'string' || body instanceof Uint8Array;
    response.writeHead(status, {
      ...(!isRaw && body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    });
    response.end(body === undefined ? undefined : isRaw ? body : JSON.stringify(body));
  }

  const listening: Listening = await listen(createServer((message, response) => void serve(message, response)));
  return {
    url: listening.url,
    faults,
    calls,
    takeViolations: () => violations.splice(0),
    async [Symbol.asyncDispose]() {
      await listening.close();
      if (violations.length > 0) throw new Error(`the contract was violated:\n${violations.map(toText).join('\n')}`);
    },
  };
}

const plainly = (problems: readonly string[]): Answer => ({ status: 400, body: { error: problems.join('; ') } });

const toText = ({ side, operation, problems }: Violation): string =>
  `${side} of ${operation}:\n${problems.map((problem) => `  ${problem}`).join('\n')}`;

/** Waits for what is only late; null when nothing else is wrong. */
async function happening(fault: ReturnType<Faults['take']>): Promise<Answer | 'cut' | 'hang' | null> {
  if (fault === null || typeof fault === 'string') return fault;
  if ('status' in fault) return fault;
  await new Promise((wake) => setTimeout(wake, fault.delayMs));
  return null;
}

const plainCall = (operation: string, { headers, text, query }: RawRequest): Call => ({
  ...{ operation, params: {}, query: readForm(query), headers, text },
  body: text === '' ? undefined : headers['content-type']?.includes('json') ? JSON.parse(text) : readForm(text),
});

async function readRequest(message: IncomingMessage): Promise<RawRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const [path = '/', query = ''] = (message.url ?? '/').split('?');
  const headers = Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
  return { method: message.method ?? 'GET', path, query, headers, text: Buffer.concat(chunks).toString('utf8') };
}
