/**
 * Certificate, key and authorities from files that are replaced while the process runs.
 *
 * I1: what is given out was usable together: a pair of which only one half is written yet, or that
 *     does not parse, is passed over and the former goes on; `onProblem` hears of it once.
 * I2: no content of a key reaches a message.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { Gauge, type Registry } from 'prom-client';
import { SettingError } from './env-config.ts';

/** PEM bytes; `null` where no file is named. */
export interface CertificateSet {
  readonly cert: Buffer | null;
  readonly key: Buffer | null;
  readonly ca: Buffer | null;
}

interface CertificatePaths {
  /** Empty: none. */
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}

function read(path: string, what: string): Buffer | null {
  if (path === '') return null;
  try {
    return readFileSync(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new SettingError(`the ${what} file ${path} cannot be read (${code})`);
  }
}

/** Every certificate of a PEM file, in its order. */
function certificatesOf(pem: Buffer): readonly X509Certificate[] {
  const blocks = pem
    .toString('latin1')
    .match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
  return (blocks ?? []).map((block) => new X509Certificate(block));
}

/** Reads the files. Throws `SettingError` when one is missing or they do not belong together. */
export function readCertificates(paths: CertificatePaths): CertificateSet {
  const set = {
    cert: read(paths.cert, 'certificate'),
    key: read(paths.key, 'key'),
    ca: read(paths.ca, 'authorities'),
  };
  try {
    for (const pem of [set.cert, set.ca]) {
      if (pem !== null && certificatesOf(pem).length === 0) throw new Error('no certificate in it');
    }
    if (set.cert !== null && set.key !== null) {
      const [leaf] = certificatesOf(set.cert);
      if (leaf?.checkPrivateKey(createPrivateKey(set.key)) !== true) {
        throw new Error('the key is not that of the certificate');
      }
    }
    createSecureContext({
      ...(set.cert === null ? {} : { cert: set.cert }),
      ...(set.key === null ? {} : { key: set.key }),
      ...(set.ca === null ? {} : { ca: set.ca }),
    });
  } catch (error) {
    const named = [paths.cert, paths.key, paths.ca].filter((path) => path !== '').join(', ');
    const reason = error instanceof Error ? error.message : String(error);
    throw new SettingError(`${named} cannot be used together: ${reason}`);
  }
  return set;
}

function isSame(left: CertificateSet, right: CertificateSet): boolean {
  return (['cert', 'key', 'ca'] as const).every((part) => {
    const [one, other] = [left[part], right[part]];
    return one === null || other === null ? one === other : one.equals(other);
  });
}

export interface WatchedCertificates {
  readonly current: CertificateSet;
  close(): void;
}

/**
 * Reads the files every `pollMs` and tells of usable changes. Polling, because directories of secrets
 * are replaced by links on Kubernetes, which change notifications of single files do not see.
 */
export function watchCertificates(
  paths: CertificatePaths,
  pollMs: number,
  onChange: (set: CertificateSet) => void,
  onProblem: (error: unknown) => void,
): WatchedCertificates {
  let current = readCertificates(paths);
  let problem = '';
  const timer = setInterval(() => {
    try {
      const next = readCertificates(paths);
      problem = '';
      if (isSame(current, next)) return;
      current = next;
      onChange(next);
    } catch (error) {
      const text = String(error);
      if (text !== problem) onProblem(error);
      problem = text;
    }
  }, pollMs);
  timer.unref();
  return {
    get current() {
      return current;
    },
    close: () => clearInterval(timer),
  };
}

/** Seconds since 1970 at which the first certificate of the set that expires does so; null: none. */
function expirySeconds(set: CertificateSet): number | null {
  const certificates = [set.cert, set.ca].flatMap((pem) =>
    pem === null ? [] : certificatesOf(pem),
  );
  const times = certificates.map(({ validTo }) => Date.parse(validTo) / 1000);
  return times.length === 0 ? null : Math.min(...times);
}

/** What a certificate is for: `nats_server` are those that NATS's servers show us. */
type CertificateUse = 'grpc' | 'nats' | 'nats_server';

/** `endOf` tells seconds since 1970; null: there is no certificate, and no series. */
export function registerCertificateEnd(
  registry: Registry,
  use: CertificateUse,
  endOf: () => number | null,
): void {
  const name = 'selfsame_certificate_expiry_timestamp_seconds';
  const known = registry.getSingleMetric(name) as Gauge<'use'> | undefined;
  const gauge =
    known ??
    new Gauge({
      name,
      help: 'When the certificate in use that expires first does so.',
      labelNames: ['use'],
      registers: [registry],
    });
  const show = (): void => {
    const seconds = endOf();
    if (seconds !== null) gauge.labels(use).set(seconds);
  };
  show();
  setInterval(show, 1_000).unref();
}

/** Without certificates the metric has no series. */
export function registerCertificateMetrics(
  registry: Registry,
  use: CertificateUse,
  certificates: WatchedCertificates | null,
): void {
  registerCertificateEnd(registry, use, () =>
    certificates === null ? null : expirySeconds(certificates.current),
  );
}
