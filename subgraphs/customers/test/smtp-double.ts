import type { AddressInfo } from 'node:net';
import { selfSigned } from '@cartograph/runtime/testing/self-signed';
import { SMTPServer } from 'smtp-server';

export interface ReceivedMail {
  readonly to: readonly string[];
  readonly raw: Buffer;
}

export interface SmtpOptions {
  /** Offers TLS with a certificate of its own. */
  readonly tls?: boolean;
  /** Wants these. */
  readonly user?: { readonly name: string; readonly password: string };
}

/** What the server does about a mail, by where it goes. */
export type SmtpFault = { readonly code: number; readonly text?: string } | 'cut-after' | 'hang-after' | 'hang-before';

/** A real mail server on loopback. */
export async function openSmtp({ tls = false, user }: SmtpOptions = {}) {
  const received: ReceivedMail[] = [];
  const faults = new Map<string, SmtpFault>();
  const certificate = tls ? selfSigned() : null;
  const signIns: string[] = [];
  const server = new SMTPServer({
    authOptional: !user,
    disabledCommands: tls ? [] : ['STARTTLS'],
    ...(certificate ?? {}),
    allowInsecureAuth: true,
    closeTimeout: 1,
    onAuth({ username, password }, _session, done) {
      signIns.push(String(username));
      if (username === user?.name && password === user?.password) done(null, { user: username });
      else done(Object.assign(new Error('Authentication failed'), { responseCode: 535 }));
    },
    onRcptTo({ address }, _session, done) {
      const fault = faults.get(address);
      if (fault === 'hang-before') return;
      if (typeof fault === 'object')
        return done(Object.assign(new Error(fault.text ?? 'no'), { responseCode: fault.code }));
      done();
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const to = session.envelope.rcptTo.map(({ address }) => address);
        received.push({ to, raw: Buffer.concat(chunks) });
        const fault = faults.get(to[0] ?? '');
        if (fault === 'hang-after') return;
        if (fault === 'cut-after') {
          for (const connection of server.connections) connection.close();
          return;
        }
        done();
      });
    },
  });
  server.on('error', () => {});
  await new Promise<void>((listening) => void server.listen(0, '127.0.0.1', listening));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://localhost:${port}`,
    port,
    received,
    signIns,
    certificate: certificate?.cert ?? '',
    /** How many of the connections were by TLS. */
    secured: () => [...server.connections].filter((connection) => connection.secure).length,
    fault: (to: string, does: SmtpFault) => void faults.set(to, does),
    [Symbol.asyncDispose]: () =>
      new Promise<void>((closed) => {
        for (const connection of server.connections) connection.close();
        server.close(() => closed());
      }),
  };
}
