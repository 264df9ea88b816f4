/**
 * The fire drill: one thing is broken at a time, and the alert that is meant for it must reach a
 * webhook through Prometheus and Alertmanager, and no other page. The steps are in drill-steps.ts.
 */
import { connect, type NatsConnection } from 'nats';
import { isOfSpeed, type MonitoredCluster } from './monitored-cluster.ts';
import type { ToldAlert } from './prometheus-server.ts';

export interface DrillStep {
  readonly cause: string;
  /** Alerts that must be told. */
  readonly expects: readonly string[];
  /** Pages that may be told as well, because the cause is theirs too. */
  readonly allows?: readonly string[];
  /** Part of the form that CI runs. */
  readonly isShort?: boolean;
  /** Why the cause is not real, and what is injected instead. */
  readonly injected?: string;
  /** Skipped where this user may not mount a file system. */
  readonly needsMount?: boolean;
  /** Breaks it; resolves with what mends it. */
  readonly breakIt: (drill: Drill) => Promise<() => Promise<unknown>>;
}

export interface Drill {
  readonly cluster: MonitoredCluster;
  readonly nats: NatsConnection;
  /** Port on which injected numbers are scraped. */
  readonly injectionPort: number;
}

/** Rules of resolution under which a small group of people reaches every guard. */
export function drillRules(text: string): string {
  return (
    text
      .replace('component_cap: 1000', 'component_cap: 40')
      .replace('storm_holders: 512', 'storm_holders: 8')
      // The crowds are to be held by their values, before their source or rule would be.
      .replace('storm_pairs: 16', 'storm_pairs: 256')
  );
}

/** Runs one step; rejects when an alert is missing, or a page comes that has no business here. */
export async function runStep(step: DrillStep, drill: Drill): Promise<number> {
  const { processes, monitoring } = drill.cluster;
  const startedAt = Date.now();
  await untilNoneFires(step, drill);
  const from = monitoring.told.length;
  // An hour is 30 seconds: what burnt in a step before may be told once more.
  const before = await firingNow(drill);
  const told = (): readonly ToldAlert[] => monitoring.told.slice(from);
  const firing = (): Set<string> =>
    new Set(told().flatMap(({ status, labels }) => (status === 'firing' ? [nameOf(labels)] : [])));
  const mend = await step.breakIt(drill);
  try {
    await processes.waitFor(
      `told of ${step.expects.join(', ')}`,
      () => step.expects.every((name) => firing().has(name)),
      45_000,
    );
  } catch (cause) {
    const missing = step.expects.filter((name) => !firing().has(name));
    throw new Error(`${step.cause}: not told of ${missing.join(', ')}`, { cause });
  } finally {
    await mend();
  }
  const seconds = (Date.now() - startedAt) / 1000;
  const welcome = [...step.expects, ...(step.allows ?? []), ...before];
  const pages = told().filter(
    ({ status, labels }) =>
      status === 'firing' && labels['severity'] === 'critical' && !isOfSpeed(labels),
  );
  const others = pages
    .map(({ labels }) => nameOf(labels))
    .filter((name) => !welcome.includes(name));
  if (others.length > 0) throw new Error(`${step.cause}: paged also for ${others.join(', ')}`);
  return seconds;
}

/** What fires already would not be told again: of a former step, or because this machine is slow. */
async function untilNoneFires({ expects, cause }: DrillStep, drill: Drill): Promise<void> {
  await drill.cluster.processes.waitFor(
    `none of ${expects.join(', ')} fires before ${cause}`,
    async () => !(await firingNow(drill)).some((name) => expects.includes(name)),
    90_000,
  );
}

const FIRING = 'ALERTS{alertstate="firing"}';

async function firingNow({ cluster }: Drill): Promise<string[]> {
  const firing = await cluster.monitoring.query(FIRING);
  return firing.map(({ labels }) => nameOf(labels));
}

/** Resolves when nothing fires any more, but what is about speed, or is left from a former step. */
export async function untilQuiet({ cluster }: Drill, isLeft: (name: string) => boolean) {
  const { processes, monitoring } = cluster;
  await processes.waitFor(
    'all alerts are resolved',
    async () => {
      const firing = await monitoring.query(FIRING);
      return firing.every(({ labels }) => isOfSpeed(labels) || isLeft(nameOf(labels)));
    },
    150_000,
  );
}

export function openNats(cluster: MonitoredCluster): Promise<NatsConnection> {
  return connect({ servers: cluster.processes.nats.url, maxReconnectAttempts: -1 });
}

function nameOf(labels: Readonly<Record<string, string>>): string {
  return labels['alertname'] ?? '';
}
