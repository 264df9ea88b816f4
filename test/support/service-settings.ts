/**
 * Whether a service would take the settings that a manifest gives it: its own configuration is read,
 * and the files that it names. Paths of mounted secrets lead to stand-ins, made here.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import pino from 'pino';
import { Registry } from 'prom-client';
import { loadCoordinatorConfig } from '../../services/coordinator/config.ts';
import { loadGatewayConfig } from '../../services/gateway/config.ts';
import { openServerTls } from '../../services/gateway/server-tls.ts';
import { Tokens } from '../../services/gateway/tokens.ts';
import { loadShardConfig } from '../../services/shard/config.ts';
import { readSettings } from '../../shared/adapters/env-config.ts';
import { natsFileOptions } from '../../shared/adapters/nats-files.ts';
import { CLUSTER_SETTINGS } from '../../shared/cluster/settings.ts';
import { CertificateFolder } from './certificates.ts';
import type { Loose } from './kubernetes-manifests.ts';
import { TokenIssuer } from './token-issuer.ts';

type Service = 'gateway' | 'coordinator' | 'shard';
type Environment = Readonly<Record<string, string>>;

/** Where manifests mount secrets. */
const SECRETS = '/etc/selfsame/';

export class ServiceSettings {
  readonly #folder = mkdtempSync(join(tmpdir(), 'selfsame-settings-'));
  readonly #certificates = new CertificateFolder();
  readonly #standIns: Readonly<Record<string, string>>;

  private constructor() {
    const authority = this.#certificates.authority('authority');
    const pair = this.#certificates.issue('service', authority);
    const user = join(this.#folder, 'user');
    writeFileSync(user, 'user:password\n');
    const keys = join(this.#folder, 'jwks.json');
    const own = { 'tls.crt': pair.cert, 'tls.key': pair.key, 'ca.crt': authority.cert };
    this.#standIns = { ...own, user, 'jwks.json': keys };
  }

  static async open(): Promise<ServiceSettings> {
    const settings = new ServiceSettings();
    const issuer = new TokenIssuer();
    await issuer.addKey('key');
    issuer.publish(settings.#standIns['jwks.json'] as string);
    return settings;
  }

  /** Throws what the service would refuse to start with. */
  take(service: Service, given: Environment): void {
    const environment = Object.fromEntries(
      Object.entries(given).map(([name, value]) => [name, this.#here(name, value)]),
    );
    natsFileOptions(readSettings(CLUSTER_SETTINGS, environment));
    if (service === 'coordinator') loadCoordinatorConfig(environment);
    if (service === 'shard') loadShardConfig(environment);
    if (service !== 'gateway') return;
    const { security } = loadGatewayConfig(environment);
    const logger = pino({ level: 'silent' });
    openServerTls(security, logger, new Registry()).close();
    if (security.authJwks !== '') new Tokens(security, logger).close();
  }

  close(): void {
    rmSync(this.#folder, { recursive: true });
    this.#certificates.remove();
  }

  #here(name: string, value: string): string {
    if (!value.startsWith(SECRETS)) return value;
    const found = this.#standIns[basename(value)];
    if (found === undefined) throw new Error(`${name}: nothing stands for ${value}`);
    return found;
  }
}

/** What a pod's container is started with: shared settings, and its own, which count before them. */
export function environmentOfPod(pod: Loose, shared: Environment): Environment {
  const [container] = pod.spec.containers;
  const own = (container.env ?? []).map(({ name, value, valueFrom }: Loose) => {
    // An id key from a Secret, or a name from the pod itself.
    const given = valueFrom?.secretKeyRef === undefined ? 'selfsame-shard-0' : '0'.repeat(32);
    return [name, value ?? given];
  });
  return { ...shared, ...Object.fromEntries(own) };
}
