import type { Dispatcher } from 'undici';
import { timeoutError } from './deadline.ts';

/**
 * Sends a request and gives the answer's body, whatever its status; after `withinMs` throws a `TimeoutError`. undici's own
 * `request` makes a stream and needs a signal for the same, which together take half as much CPU again.
 */
export const askWithin = (
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  withinMs: number,
): Promise<string> =>
  new Promise((resolve, reject) => {
    dispatcher.dispatch(request, new WholeAnswer(withinMs, resolve, reject));
  });

class WholeAnswer implements Dispatcher.DispatchHandler {
  readonly #chunks: Buffer[] = [];
  readonly #timer: NodeJS.Timeout;
  readonly #resolve: (body: string) => void;
  readonly #reject: (error: Error) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #tooLate: Error | undefined;

  constructor(withinMs: number, resolve: (body: string) => void, reject: (error: Error) => void) {
    this.#resolve = resolve;
    this.#reject = reject;
    this.#timer = setTimeout(() => this.#giveUp(), withinMs);
  }

  #giveUp(): void {
    this.#tooLate = timeoutError();
    this.#reject(this.#tooLate);
    this.#controller?.abort(this.#tooLate);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // It waited for a connection all that time, and is not sent any more.
    if (this.#tooLate) controller.abort(this.#tooLate);
  }

  onResponseStart(): void {}

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    clearTimeout(this.#timer);
    this.#resolve(Buffer.concat(this.#chunks).toString());
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    clearTimeout(this.#timer);
    this.#reject(error);
  }
}
