/**
 * How a client proves who it is and checks whom it talks to, from files: authorities, certificate,
 * key, token.
 */
import { readFileSync } from 'node:fs';
import { credentials, InterceptingCall, type Interceptor } from '@grpc/grpc-js';
import { readCertificates } from '../adapters/certificate-files.ts';
import { SettingError } from '../adapters/env-config.ts';
import type { ConnectOptions } from './client.ts';

/** Names of files; empty: none. */
export interface ClientFiles {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly token: string;
}

const LOOPBACK = /^(localhost|127(?:\.\d{1,3}){3}|\[::1\]):/;

/** Options of `connect`. Throws `SettingError` when a file cannot be used. */
export function clientSecurity(address: string, files: ClientFiles): ConnectOptions {
  if ((files.cert === '') !== (files.key === '')) {
    throw new SettingError('--tls-cert and --tls-key belong together: give both or none');
  }
  const isSecure = files.ca !== '' || files.cert !== '';
  if (files.token !== '' && !isSecure && !LOOPBACK.test(address)) {
    throw new SettingError('a token is not sent in plain text to another machine: give --tls-ca');
  }
  const { ca, cert, key } = readCertificates(files);
  return {
    ...(isSecure ? { credentials: credentials.createSsl(ca, key, cert) } : {}),
    ...(files.token === '' ? {} : { interceptors: [bearing(files.token)] }),
  };
}

/** Adds the token, read for each call, because whoever renews it writes the file anew. */
function bearing(path: string): Interceptor {
  readToken(path);
  return (options, nextCall) =>
    new InterceptingCall(nextCall(options), {
      start: (metadata, listener, next) => {
        metadata.set('authorization', `Bearer ${readToken(path)}`);
        next(metadata, listener);
      },
    });
}

function readToken(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new SettingError(`the token file ${path} cannot be read (${code})`);
  }
}
