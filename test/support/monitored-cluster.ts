/**
 * A cluster of real processes under constant load, scraped by a real Prometheus with the shipped
 * rules in shortened time, and a real Alertmanager that tells a webhook.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { INHIBITIONS } from '../../deploy/alerts/alertmanager.ts';
import type { Times } from '../../deploy/alerts/durations.ts';
import { ruleFile } from '../../deploy/alerts/rule-file.ts';
import type { InteractionInput } from '../../shared/domain/interaction.ts';
import { compileRules } from '../../shared/ingress/compiled-rules.ts';
import { defaultRules } from '../../shared/ingress/rules-file.ts';
import type { Cluster } from '../../shared/protocol/cluster.ts';
import { ClusterProcesses, type ServiceName } from './cluster-processes.ts';
import { makeWorkload } from './cluster-workload.ts';
import { substitute } from './dashboard-linter.ts';
import { Forwarder } from './forwarder.ts';
import { freePort } from './nats-server.ts';
import { Monitoring } from './prometheus-server.ts';

const DAY = 86_400;

/** Minutes become seconds. Longer windows keep their order, so that each alert still differs. */
export const DRILL_TIMES: Times = {
  span: (seconds) => {
    if (seconds <= 120) return '3s';
    if (seconds <= 300) return '5s';
    if (seconds <= 1_800) return '6s';
    if (seconds <= 7_200) return '30s';
    return '60s';
  },
  // A certificate is made for days whatever the drill; waiting is what is shortened.
  age: (seconds) => (seconds >= DAY ? seconds : Math.min(seconds, 5)),
};

/** A query of a panel, with variables put in, and recorded windows as the drill's rules name them. */
export function inDrillTime(expression: string): string {
  return substitute(expression, '5s').replaceAll(
    /\bratio_rate1h\b/g,
    `ratio_rate${DRILL_TIMES.span(3_600)}`,
  );
}

/**
 * Alerts about how long things take: a test machine that is busy is slow. So is nothing to scrape where
 * nothing was stopped: the two minutes that it waits are a second here, in which scrapes can fail.
 */
export function isOfSpeed({ slo = '', alertname = '' }: Readonly<Record<string, string>>): boolean {
  return /latency|freshness/.test(slo) || alertname === 'SelfsameNothingToScrape';
}

export const SERVICES: readonly ServiceName[] = ['gateway', 'coordinator', 'shard-0', 'shard-1'];

export interface MonitoredOptions {
  /** Default 8. */
  readonly partitions?: number;
  /** Changes to the shipped rules of resolution, as text. */
  readonly changeRules?: (text: string) => string;
  readonly environment?: Readonly<Record<string, string>>;
  /** One more target, `host:port`, where nothing needs to be most of the time. */
  readonly injectionTarget?: string;
}

export class MonitoredCluster {
  readonly processes: ClusterProcesses;
  readonly monitoring: Monitoring;
  readonly client: Cluster;
  /** The way of shard-1 to NATS. */
  readonly way: Forwarder;
  readonly #folder: string;
  readonly #workload: readonly InteractionInput[];
  #stop = new AbortController();
  #load: Promise<void>;
  #revision = 1;
  /** What fails while something is broken is expected; this says that there was load at all. */
  delivered = 0;

  private constructor(
    processes: ClusterProcesses,
    monitoring: Monitoring,
    way: Forwarder,
    folder: string,
  ) {
    this.processes = processes;
    this.monitoring = monitoring;
    this.way = way;
    this.client = processes.connect();
    this.#folder = folder;
    this.#workload = makeWorkload(compileRules(defaultRules()), 1, 400, 0).deliveries;
    this.#load = this.#keepBusy();
  }

  static async start(options: MonitoredOptions = {}): Promise<MonitoredCluster> {
    const ports = await Promise.all(
      SERVICES.map(async (name) => [name, await freePort()] as const),
    );
    const folder = mkdtempSync(join(tmpdir(), 'selfsame-drill-'));
    const rules = join(folder, 'rules.yaml');
    const { partitions = 8, environment = {}, injectionTarget } = options;
    const { changeRules = (text) => text } = options;
    writeFileSync(rules, changeRules(readFileSync('shared/rules/deterministic.yaml', 'utf8')));
    const way = await Forwarder.start();
    const [processes, monitoring] = await Promise.all([
      ClusterProcesses.start({
        partitions,
        metricsPorts: new Map(ports),
        forwarders: new Map([['shard-1', way]]),
        environment: { SELFSAME_RULES: rules, ...environment },
      }),
      Monitoring.start({
        jobs: {
          selfsame: ports.map(([, port]) => `127.0.0.1:${port}`),
          // Of another name: that nothing is there is no process of the cluster that is down.
          ...(injectionTarget === undefined ? {} : { drill: [injectionTarget] }),
        },
        rules: ruleFile(DRILL_TIMES),
        alertmanager: {
          route: {
            receiver: 'test',
            group_by: ['alertname'],
            group_wait: '0s',
            group_interval: '1s',
            repeat_interval: '1h',
          },
          inhibit_rules: INHIBITIONS,
        },
      }),
    ]);
    return new MonitoredCluster(processes, monitoring, way, folder);
  }

  /** Stops the background load: nobody sends anything any more. */
  async quieten(): Promise<void> {
    this.#stop.abort();
    await this.#load;
  }

  resume(): void {
    this.#stop = new AbortController();
    this.#load = this.#keepBusy();
  }

  /** Every 50 ms a few interactions, most of them new revisions, and look-ups of what they hold. */
  async #keepBusy(): Promise<void> {
    const size = 5;
    const { signal } = this.#stop;
    for (let at = 0; !signal.aborted; at = (at + size) % this.#workload.length) {
      if (at < size) this.#revision++;
      const batch = this.#workload
        .slice(at, at + size)
        .map((input) => ({ ...input, revision: input.revision + 1_000 * this.#revision }));
      const asked = batch.flatMap(({ parties }) => parties.flatMap((one) => one.identifiers));
      const options = { deadlineMs: Date.now() + 1_000 };
      const work = [
        this.client.ingest(batch, { ack: 'durable', ...options }).then((results) => {
          this.delivered += results.length;
        }),
        ...asked.slice(0, 3).map((one) => this.client.resolve([one], options)),
      ];
      // What fails is counted by the cluster, whose alerts are under test.
      await Promise.allSettled(work);
      await new Promise((done) => setTimeout(done, 50));
    }
  }

  async dispose(): Promise<void> {
    this.#stop.abort();
    await this.#load;
    await this.client.close();
    await this.monitoring.dispose();
    await this.processes.dispose();
    this.way.cut();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
