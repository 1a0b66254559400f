/**
 * What a sender knows when it fails: no attempt will ever succeed, nothing was sent this time, or nobody knows whether it
 * was. Another sender may take over only where nothing was sent.
 */
export type SendFailure = 'undeliverable' | 'not-sent' | 'perhaps-sent';

const fail =
  (sendFailure: SendFailure) =>
  (reason: string, options?: ErrorOptions): Error =>
    Object.assign(new Error(reason, options), { sendFailure });

/** As for a recipient who does not exist. */
export const undeliverable = fail('undeliverable');
/** Refused for now, or never reached. */
export const notSent = fail('not-sent');
/** The message was handed over, and the answer was lost. */
export const perhapsSent = fail('perhaps-sent');

export const sendFailureOf = (error: unknown): SendFailure | null =>
  (error as { readonly sendFailure?: SendFailure } | null)?.sendFailure ?? null;
