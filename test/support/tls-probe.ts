/** Connects to a TLS port as a client and tells whether the server takes it for one of its own. */
import { readFileSync } from 'node:fs';
import { connect, type ConnectionOptions } from 'node:tls';
import type { Pair } from './certificates.ts';

export interface TlsProbe {
  /** The server began to talk HTTP/2; else it closed the connection. */
  readonly isTaken: boolean;
  /** The handshake was an abbreviated one. */
  readonly isResumed: boolean;
  /** Sessions that may be resumed. */
  readonly sessions: readonly Buffer[];
}

/** `authority`: of the server's certificate. `address`: `host:port`. */
export function probeTls(
  address: string,
  { authority, client }: { readonly authority: Pair; readonly client: Pair },
  options: ConnectionOptions = {},
): Promise<TlsProbe> {
  const [host, port] = address.split(':') as [string, string];
  const sessions: Buffer[] = [];
  return new Promise((resolve) => {
    const socket = connect({
      host,
      port: Number(port),
      servername: 'localhost',
      ca: readFileSync(authority.cert),
      cert: readFileSync(client.cert),
      key: readFileSync(client.key),
      ALPNProtocols: ['h2'],
      ...options,
    });
    const end = (isTaken: boolean): void => {
      const isResumed = socket.isSessionReused();
      socket.destroy();
      resolve({ isTaken, isResumed, sessions });
    };
    socket.on('session', (session: Buffer) => sessions.push(session));
    // The server's SETTINGS: with TLS 1.3 it is only now known whether it took the certificate. The
    // tickets came before them.
    socket.once('data', () => end(true));
    socket.once('error', () => end(false));
    socket.once('close', () => end(false));
  });
}
