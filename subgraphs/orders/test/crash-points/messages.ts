import type { ErrorCode } from '@cartograph/kernel/errors';

/** Where a process ends: at the nth passing of a named point, or after it has passed so many. Neither: never. */
export interface Death {
  readonly at?: string;
  readonly after?: number;
}

export interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: { readonly code: ErrorCode | undefined; readonly message: string };
}

export type FromProcess =
  | { readonly url: string }
  | { readonly passed: string }
  | {
      readonly call: {
        readonly id: number;
        readonly port: string;
        readonly method: string;
        readonly args: readonly unknown[];
      };
    };

/** `recover`: take up what ended processes have left. */
export type ToProcess = { readonly answer: Answer } | { readonly recover: true };
