/**
 * TLS of the gRPC port, from files that may be replaced at any time: connections made from then on
 * get the new certificate, and clients are checked against the new authorities.
 */
import { ServerCredentials } from '@grpc/grpc-js';
import type { SecureContextOptions } from 'node:tls';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import {
  type CertificateSet,
  registerCertificateMetrics,
  watchCertificates,
} from '../../shared/adapters/certificate-files.ts';
import type { SecurityConfig } from './security-config.ts';

function contextOf({ cert, key, ca }: CertificateSet): SecureContextOptions {
  return {
    ...(cert === null ? {} : { cert }),
    ...(key === null ? {} : { key }),
    ...(ca === null ? {} : { ca }),
    minVersion: 'TLSv1.2',
  };
}

class FileCredentials extends ServerCredentials {
  constructor(set: CertificateSet) {
    const isRequired = set.ca !== null;
    super({ requestCert: isRequired, rejectUnauthorized: isRequired }, contextOf(set));
  }

  override _equals(other: ServerCredentials): boolean {
    return this === other;
  }

  replace(set: CertificateSet): void {
    this.updateSecureContextOptions(contextOf(set));
  }
}

export interface ServerTls {
  readonly credentials: ServerCredentials;
  close(): void;
}

/** Credentials of the port as configured. Throws `SettingError` when the files cannot be used. */
export function openServerTls(
  { tlsCert, tlsKey, tlsClientCa, filesPollMs }: SecurityConfig,
  logger: Logger,
  registry: Registry,
): ServerTls {
  if (tlsCert === '') return { credentials: ServerCredentials.createInsecure(), close: () => {} };
  const watched = watchCertificates(
    { cert: tlsCert, key: tlsKey, ca: tlsClientCa },
    filesPollMs,
    (set) => {
      credentials.replace(set);
      logger.info('certificate of the gRPC port replaced');
    },
    (error) => logger.error({ err: error }, 'new certificate cannot be used; the former goes on'),
  );
  const credentials = new FileCredentials(watched.current);
  registerCertificateMetrics(registry, 'grpc', watched);
  return { credentials, close: () => watched.close() };
}
