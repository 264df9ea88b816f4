/**
 * TLS and credentials of the NATS connection, from files that may be replaced: they are read at each
 * connection, and a change makes the connection anew.
 */
import { readFileSync } from 'node:fs';
import {
  type ConnectionOptions,
  credsAuthenticator,
  type NatsConnection,
  nkeyAuthenticator,
  usernamePasswordAuthenticator,
} from 'nats';
import { readCertificates, type WatchedCertificates } from './certificate-files.ts';
import { SettingError } from './env-config.ts';

/** Names of files; empty: none. */
export interface NatsFiles {
  readonly natsCa: string;
  readonly natsCert: string;
  readonly natsKey: string;
  readonly natsCreds: string;
  readonly natsNkey: string;
  readonly natsUserFile: string;
  readonly natsFilesPollMs: number;
}

export const NO_NATS_FILES: NatsFiles = {
  natsCa: '',
  natsCert: '',
  natsKey: '',
  natsCreds: '',
  natsNkey: '',
  natsUserFile: '',
  natsFilesPollMs: 5_000,
};

function readSecret(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new SettingError(`the file of NATS credentials ${path} cannot be read (${code})`);
  }
}

function text(path: string): string {
  return Buffer.from(readSecret(path)).toString('utf8').trim();
}

/** User or password of `user:password`; a password may hold colons. */
function half(path: string, which: 'user' | 'password'): string {
  const line = text(path).split(/\r?\n/, 1)[0] ?? '';
  const colon = line.indexOf(':');
  if (colon < 1) throw new SettingError(`${path} must hold user:password in its first line`);
  return which === 'user' ? line.slice(0, colon) : line.slice(colon + 1);
}

export function certificatePaths({ natsCa, natsCert, natsKey }: NatsFiles) {
  return { ca: natsCa, cert: natsCert, key: natsKey };
}

/** Options of the NATS client. Throws `SettingError` when a file cannot be used. */
export function natsFileOptions(files: NatsFiles): Partial<ConnectionOptions> {
  const { natsCa, natsCert, natsKey, natsCreds, natsNkey, natsUserFile } = files;
  if ([natsCreds, natsNkey, natsUserFile].filter((path) => path !== '').length > 1) {
    throw new SettingError(
      'give one of SELFSAME_NATS_CREDS, SELFSAME_NATS_NKEY and SELFSAME_NATS_USER_FILE',
    );
  }
  if ((natsCert === '') !== (natsKey === '')) {
    throw new SettingError('SELFSAME_NATS_CERT and SELFSAME_NATS_KEY belong together');
  }
  readCertificates(certificatePaths(files));
  for (const path of [natsCreds, natsNkey]) if (path !== '') readSecret(path);
  if (natsUserFile !== '') half(natsUserFile, 'user');
  const authenticator =
    natsCreds !== ''
      ? credsAuthenticator(() => readSecret(natsCreds))
      : natsNkey !== ''
        ? nkeyAuthenticator(() => Buffer.from(text(natsNkey)))
        : natsUserFile !== ''
          ? usernamePasswordAuthenticator(
              () => half(natsUserFile, 'user'),
              () => half(natsUserFile, 'password'),
            )
          : null;
  return {
    ...(authenticator === null ? {} : { authenticator }),
    ...(natsCa === '' && natsCert === ''
      ? {}
      : {
          tls: {
            ...(natsCa === '' ? {} : { caFile: natsCa }),
            ...(natsCert === '' ? {} : { certFile: natsCert, keyFile: natsKey }),
          },
        }),
  };
}

function snapshot(files: NatsFiles): string {
  const paths = [files.natsCa, files.natsCert, files.natsKey];
  const secrets = [files.natsCreds, files.natsNkey, files.natsUserFile];
  return [...paths, ...secrets]
    .filter((path) => path !== '')
    .map((path) => Buffer.from(readSecret(path)).toString('base64'))
    .join('.');
}

/** Connects anew, with what the files hold then, once they changed and are usable. */
export function reconnectOnChange(connection: NatsConnection, files: NatsFiles): void {
  let known = snapshot(files);
  if (known === '') return;
  const timer = setInterval(() => {
    if (connection.isClosed()) {
      clearInterval(timer);
      return;
    }
    try {
      const next = snapshot(files);
      if (next === known) return;
      natsFileOptions(files);
      known = next;
      void connection.reconnect().catch(() => undefined);
    } catch {
      // Half written, or gone for a moment: looked at again in a moment, and meanwhile all goes on.
    }
  }, files.natsFilesPollMs);
  timer.unref();
}

/** The certificates in use, for their expiry; null when there are none. */
export function natsCertificates(files: NatsFiles): WatchedCertificates | null {
  const paths = certificatePaths(files);
  if (paths.ca === '' && paths.cert === '') return null;
  let current = readCertificates(paths);
  return {
    get current() {
      try {
        current = readCertificates(paths);
      } catch {
        // Half written: the former until the next look.
      }
      return current;
    },
    close: () => {},
  };
}
