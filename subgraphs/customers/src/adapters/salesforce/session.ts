import type { ProviderCalls } from '@cartograph/providers/calls';
import { createTokenCache } from '@cartograph/providers/oauth';
import { type Client, createClientAsync } from 'soap';
import { AccessRefused, faultCodeOf, toError } from './faults.ts';

export interface SalesforceSettings {
  /** The partner WSDL, as every organisation can download it. */
  readonly wsdl: string;
  /** Where to log in; null for where the WSDL says. */
  readonly loginUrl: string | null;
  readonly username: string;
  /** With the security token behind it, where the organisation wants one. */
  readonly password: string;
  readonly timeoutMs?: number;
}

/** An erasure is several calls, which together must end within the lease of a delivery. */
export const TIMEOUT_MS = 4_000;

/** A session may end earlier, of which a fault tells. */
const SESSION_MS = 7_200_000;
/** A user whose password is wrong is locked out after a few attempts: one in this time is enough. */
const LOGIN_PAUSE_MS = 900_000;

type Operation = 'upsert' | 'delete' | 'queryAll' | 'emptyRecycleBin';
// biome-ignore lint/suspicious/noExplicitAny: the library makes its methods of the WSDL at run time.
type Answer = readonly any[];
type Method = (message: object, options: object) => Promise<Answer>;
/** Each method bound: the library makes them so. */
type Soap = Client & Readonly<Record<string, Method>>;

/** Calls within a session that is opened when it is needed, once for all, and again when it has ended. */
export function createSession(settings: SalesforceSettings, calls: ProviderCalls, clock: () => number = Date.now) {
  const { wsdl, loginUrl, username, password, timeoutMs = TIMEOUT_MS } = settings;
  const options = { timeout: timeoutMs };
  let clients: Promise<{ readonly login: Soap; readonly work: Soap }> | undefined;
  let refused: { readonly error: Error; readonly until: number } | null = null;

  async function openClients() {
    const [login, work] = await Promise.all([createClientAsync(wsdl), createClientAsync(wsdl)]);
    if (loginUrl) login.setEndpoint(loginUrl);
    return { login: login as Soap, work: work as Soap };
  }

  async function logIn() {
    if (refused && clock() < refused.until) throw refused.error;
    const { login, work } = await open();
    const [answer] = await send(login, 'login', { username, password });
    const { sessionId, serverUrl } = answer.result;
    work.setEndpoint(serverUrl);
    work.clearSoapHeaders();
    work.addSoapHeader({ SessionHeader: { sessionId } }, '', 'tns', 'urn:partner.soap.sforce.com');
    return { accessToken: sessionId as string, expiresAt: clock() + SESSION_MS, refreshToken: null };
  }

  const open = () => {
    clients ??= openClients();
    return clients;
  };
  const sessions = createTokenCache(logIn, clock);

  function send(client: Soap, operation: string, message: object): Promise<Answer> {
    const method = client[`${operation}Async`] as Method;
    return calls.run(true, () =>
      method(message, options).catch((error: unknown) => {
        if (faultCodeOf(error) === 'INVALID_SESSION_ID') throw error;
        const known = toError(error);
        if (operation === 'login' && known instanceof AccessRefused)
          refused = { error: known, until: clock() + LOGIN_PAUSE_MS };
        throw known;
      }),
    );
  }

  /** The `result` of an operation, all of which are safe to repeat. */
  return async function call(operation: Operation, message: object) {
    const { work } = await open();
    const session = await sessions.accessToken();
    try {
      return (await send(work, operation, message))[0]?.result;
    } catch (error) {
      if (faultCodeOf(error) !== 'INVALID_SESSION_ID') throw error;
      // It ended before its time, or was ended for us; refused before any effect.
      sessions.forget(session);
      await sessions.accessToken();
      const [answer] = await send(work, operation, message).catch((again: unknown) => {
        throw faultCodeOf(again) === null ? again : toError(again);
      });
      return answer?.result;
    }
  };
}

export type Call = ReturnType<typeof createSession>;
