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
import { tenantSettings } from '../../shared/cluster/tenants.ts';
import { CertificateFolder } from './certificates.ts';
import { type Loose, objectsOf, workloadsOf } from './kubernetes-manifests.ts';
import { TokenIssuer } from './token-issuer.ts';

type Service = 'gateway' | 'coordinator' | 'shard';
type Environment = Readonly<Record<string, string>>;

/** A service as a manifest starts it. */
export interface Started {
  readonly name: string;
  readonly service: Service;
  readonly environment: Environment;
}

/** Those that there are files of users for. */
const TENANTS = ['acme', 'globex'];
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
    const users = join(this.#folder, '{tenant}-gateway');
    for (const path of [user, ...TENANTS.map((tenant) => users.replace('{tenant}', tenant))]) {
      writeFileSync(path, 'user:password\n');
    }
    const keys = join(this.#folder, 'jwks.json');
    const own = { 'tls.crt': pair.cert, 'tls.key': pair.key, 'ca.crt': authority.cert };
    this.#standIns = { ...own, user, '{tenant}-gateway': users, 'jwks.json': keys };
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
    const settings = readSettings(CLUSTER_SETTINGS, environment);
    // Of a gateway of tenants, one connection for each.
    for (const tenant of environment['SELFSAME_TENANTS']?.split(',') ?? [settings.tenant]) {
      natsFileOptions(tenantSettings(settings, tenant));
    }
    if (service === 'coordinator') loadCoordinatorConfig(environment);
    if (service === 'shard') loadShardConfig(environment);
    if (service !== 'gateway') return;
    const { security } = loadGatewayConfig(environment);
    const logger = pino({ level: 'silent' });
    openServerTls(security, logger, new Registry()).close();
    if (security.authJwks !== '') new Tokens(security, logger).close();
  }

  /** What services say against their settings, `name: reason`. */
  refusals(started: readonly Started[]): readonly string[] {
    return started.flatMap(({ name, service, environment }) => {
      try {
        this.take(service, environment);
        return [];
      } catch (error) {
        return [`${name}: ${error instanceof Error ? error.message : String(error)}`];
      }
    });
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
function environmentOfPod(pod: Loose, shared: Environment): Environment {
  const [container] = pod.spec.containers;
  const own = (container.env ?? []).map(({ name, value, valueFrom }: Loose) => {
    // An id key from a Secret, or a name from the pod itself.
    const given = valueFrom?.secretKeyRef === undefined ? 'selfsame-shard-0' : '0'.repeat(32);
    return [name, value ?? given];
  });
  return { ...shared, ...Object.fromEntries(own) };
}

/** Our services among the objects of an overlay. */
export function startedBy(objects: readonly Loose[]): readonly Started[] {
  const shared = objectsOf(objects, 'ConfigMap').find(({ metadata }) =>
    metadata.name.startsWith('selfsame-settings'),
  );
  return workloadsOf(objects)
    .filter(({ metadata }) => metadata.name.startsWith('selfsame-'))
    .map(({ metadata, spec }) => ({
      name: metadata.name,
      service: spec.template.spec.containers[0].args[0],
      environment: environmentOfPod(spec.template, shared.data),
    }));
}
