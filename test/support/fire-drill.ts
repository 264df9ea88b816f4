/**
 * The fire drill: one thing is broken at a time, and the alert that is meant for it must reach a
 * webhook through Prometheus and Alertmanager, and no other page. `injected` says where a cause could
 * not be made real within a test, and which number stands for it.
 */
import { connect, type JetStreamManager, type NatsConnection } from 'nats';
import type { InteractionInput } from '../../shared/domain/interaction.ts';
import { encodeFrame, type Stamped, SubframeKind } from '../../shared/protocol/frame.ts';
import type { ServiceName } from './cluster-processes.ts';
import { inject, type Injection } from './injected-metrics.ts';
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
  const from = monitoring.told.length;
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
  const welcome = [...step.expects, ...(step.allows ?? [])];
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

/** Resolves when nothing fires any more, but what is about speed, or is left from a former step. */
export async function untilQuiet({ cluster }: Drill, isLeft: (name: string) => boolean) {
  const { processes, monitoring } = cluster;
  await processes.waitFor(
    'all alerts are resolved',
    async () => {
      const firing = await monitoring.query('ALERTS{alertstate="firing"}');
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

/** People who differ in everything but an email address. */
export function crowd(count: number, email: string, first = 0): InteractionInput[] {
  return Array.from({ length: count }, (_, index) => ({
    source: 'drill',
    interactionId: `${email}-${first + index}`,
    revision: 1,
    type: 'order',
    channel: 'web',
    occurredAt: Date.now() - 60_000,
    propertiesJson: '{}',
    parties: [
      {
        role: 'subject',
        identifiers: [
          { namespace: 'crm_id', value: `drill-${email}-${first + index}` },
          { namespace: 'email', value: email },
        ],
      },
    ],
  }));
}

async function send(
  drill: Drill,
  items: readonly InteractionInput[],
  patienceMs = 10_000,
): Promise<void> {
  const deadlineMs = Date.now() + patienceMs;
  await drill.cluster.client.ingest(items, { ack: 'durable', deadlineMs });
}

/** Streams of partition logs by partition, the present epoch only. */
async function streamOf(manager: JetStreamManager, partition: number): Promise<string> {
  const pattern = new RegExp(`^selfsame-p${String(partition).padStart(3, '0')}-e\\d+$`);
  const names: string[] = [];
  for await (const { config } of manager.streams.list()) {
    if (pattern.test(config.name)) names.push(config.name);
  }
  return names.toSorted().at(-1) as string;
}

/** A stream that takes nothing more, as when its server's disk is full. Resolves with what mends it. */
async function fill({ nats }: Drill, names: readonly string[]): Promise<() => Promise<unknown>> {
  const manager = await nats.jetstreamManager();
  const before: (readonly [string, number])[] = [];
  for (const name of names) {
    const { config, state } = await manager.streams.info(name);
    before.push([name, config.max_bytes]);
    await manager.streams.update(name, { max_bytes: Math.max(1, state.bytes) });
  }
  return async () => {
    for (const [name, bytes] of before) await manager.streams.update(name, { max_bytes: bytes });
  };
}

async function everyLog({ nats, cluster }: Drill): Promise<string[]> {
  const manager = await nats.jetstreamManager();
  const names: string[] = [];
  for (let one = 0; one < cluster.processes.partitions; one++) {
    names.push(await streamOf(manager, one));
  }
  return names;
}

/** Stops and continues a process again and again until mended: a machine that stutters. */
function stutter(pids: readonly (() => number)[], stopMs: number, runMs: number) {
  let isOver = false;
  const work = (async () => {
    while (!isOver) {
      for (const pid of pids) process.kill(pid(), 'SIGSTOP');
      await pause(stopMs);
      for (const pid of pids) process.kill(pid(), 'SIGCONT');
      await pause(runMs);
    }
  })();
  return () => {
    isOver = true;
    return work;
  };
}

/** Repeats the work, whatever becomes of it, until mended. */
function repeat(work: () => Promise<unknown>, pauseMs: number, lanes = 1) {
  let isOver = false;
  const all = Array.from({ length: lanes }, async () => {
    while (!isOver) {
      await work().catch(() => undefined);
      await pause(pauseMs);
    }
  });
  return () => {
    isOver = true;
    return Promise.all(all);
  };
}

function pause(durationMs: number): Promise<void> {
  return new Promise((done) => setTimeout(done, durationMs));
}

async function kill({ cluster }: Drill, name: ServiceName): Promise<() => Promise<void>> {
  await cluster.processes.kill(name);
  return async () => {
    cluster.processes.start(name);
    await cluster.processes.untilReady();
  };
}

async function injecting(drill: Drill, injection: Injection): Promise<() => Promise<void>> {
  const { close } = await inject(injection, drill.injectionPort);
  return close;
}

/** An hour is 30 seconds here: so much of it fails before anybody knows why. */
const BEFORE_THE_CAUSE = ['SelfsameIngestErrorsBurnFast', 'SelfsameLookUpErrorsBurnFast'] as const;

export const DRILL_STEPS: readonly DrillStep[] = [
  {
    cause: 'a poison message, a lost stream, an address that a crowd shares',
    expects: [
      'SelfsameQuarantineGrowing',
      'SelfsameLogRegressed',
      'SelfsameMergeStorm',
      'SelfsameCustomerOversized',
    ],
    // What was on its way to the lost stream fails, on a slow machine for long enough.
    allows: ['SelfsameIngestErrorsBurnFast'],
    isShort: true,
    breakIt: async (drill) => {
      const { nats } = drill;
      const manager = await nats.jetstreamManager();
      const poisoned = await manager.streams.info(await streamOf(manager, 0));
      const poison = [Date.now(), [999, 'of no known kind']] as unknown as Stamped;
      const frame = encodeFrame([[SubframeKind.ingress, [poison], 'drill']], BigInt(Date.now()));
      await nats.jetstream().publish(poisoned.config.subjects[0] as string, frame);
      await manager.streams.delete(await streamOf(manager, 1));
      // Fewer than make an address generic, more than a component may have; and more than both.
      await send(drill, crowd(55, 'many@drill.example'));
      await send(drill, crowd(120, 'all@drill.example'));
      return async () => undefined;
    },
  },
  {
    cause: 'a shard is killed',
    expects: ['SelfsamePartitionUnowned', 'SelfsameScrapeDown'],
    allows: BEFORE_THE_CAUSE,
    isShort: true,
    breakIt: (drill) => kill(drill, 'shard-1'),
  },
  {
    cause: 'NATS is killed',
    expects: ['SelfsameBusDisconnected'],
    allows: BEFORE_THE_CAUSE,
    isShort: true,
    breakIt: async ({ cluster }) => {
      await cluster.processes.kill('nats');
      return () => cluster.processes.restart('nats');
    },
  },
  {
    cause: 'a gateway starts again and again',
    expects: ['SelfsameCrashLoop'],
    breakIt: async ({ cluster }) => {
      const { processes } = cluster;
      const isServed = () =>
        processes.metricsText('gateway').then(
          () => true,
          () => false,
        );
      const stop = repeat(async () => {
        await processes.kill('gateway');
        processes.start('gateway');
        await processes.waitFor('the gateway serves metrics', isServed);
      }, 1_200);
      return async () => {
        await stop();
        await processes.untilReady();
      };
    },
  },
  {
    cause: 'a source sends what is not acceptable',
    expects: ['SelfsameRejectionsHigh'],
    breakIt: async (drill) => {
      const broken = crowd(5, 'x@drill.example').map((item) => ({ ...item, source: '' }));
      return repeat(() => send(drill, broken), 50);
    },
  },
  {
    cause: 'nobody sends anything',
    expects: ['SelfsameNoEvents'],
    breakIt: async ({ cluster }) => {
      await cluster.quieten();
      return async () => cluster.resume();
    },
  },
  {
    cause: 'every log is full',
    expects: [
      'SelfsameAppendsFail',
      'SelfsameIngestBacklog',
      'SelfsameIngestErrorsBurnFast',
      'SelfsameOverloaded',
    ],
    breakIt: async (drill) => {
      const mend = await fill(drill, await everyLog(drill));
      const items = crowd(500, 'full@drill.example');
      const options = { ack: 'accepted' as const, deadlineMs: Date.now() + 60_000 };
      const stop = repeat(() => drill.cluster.client.ingest(items, options), 20, 30);
      return async () => {
        await mend();
        await stop();
      };
    },
  },
  {
    cause: 'the log of one partition is full: links to it wait',
    expects: ['SelfsameLinkLag', 'SelfsameFreshnessBurnFast'],
    allows: ['SelfsameIngestErrorsBurnFast'],
    breakIt: async (drill) => {
      const manager = await drill.nats.jetstreamManager();
      const mend = await fill(drill, [await streamOf(manager, 3)]);
      let next = 0;
      // What is for the partition itself waits; the rest goes in, and sends it messages.
      const sendSome = () => send(drill, crowd(8, `link${++next}@drill.example`), 300);
      const stop = repeat(sendSome, 50, 10);
      return async () => {
        await mend();
        await stop();
      };
    },
  },
  {
    cause: 'the log of the change feed is full',
    expects: ['SelfsameFeedStalled'],
    breakIt: async (drill) => {
      const mend = await fill(drill, ['selfsame-feed-p000-e1']);
      let next = 0;
      const stop = repeat(() => send(drill, crowd(3, `feed${++next}@drill.example`)), 100);
      return async () => {
        await mend();
        await stop();
      };
    },
  },
  {
    cause: 'a gateway that may do one thing at a time',
    expects: ['SelfsameLookUpErrorsBurnFast', 'SelfsameOverloaded'],
    breakIt: async ({ cluster }) => {
      const { processes, client } = cluster;
      await processes.stop('gateway');
      const tight = { SELFSAME_GATEWAY_CALLS_INFLIGHT_MAX: '1' };
      processes.start('gateway', { environment: tight });
      await processes.untilReady();
      const asked = [{ namespace: 'email', value: 'all@drill.example' }];
      const stop = repeat(() => client.resolve(asked, { deadlineMs: Date.now() + 500 }), 5, 20);
      return async () => {
        await stop();
        await processes.stop('gateway');
        processes.start('gateway');
        await processes.untilReady();
      };
    },
  },
  {
    cause: 'a gateway with a tenth of a core, which has more to do',
    expects: ['SelfsameEventLoopBusy'],
    allows: ['SelfsameLookUpErrorsBurnFast', 'SelfsameIngestErrorsBurnFast'],
    breakIt: async ({ cluster }) => {
      const asked = Array.from({ length: 200 }, (_, one) => ({
        namespace: 'email',
        value: `person${one}@drill.example`,
      }));
      const ask = () => cluster.client.resolve(asked, { deadlineMs: Date.now() + 20_000 });
      const stop = repeat(ask, 0, 20);
      // As a limit on processor time does it: stopped for the rest of each period.
      const run = stutter([() => cluster.processes.pid('gateway')], 90, 10);
      return async () => {
        await run();
        await stop();
      };
    },
  },
  {
    cause: 'a gateway that stutters',
    expects: ['SelfsameEventLoopBlocked', 'SelfsameLookUpLatencyBurnFast'],
    allows: ['SelfsameLookUpErrorsBurnFast'],
    breakIt: async ({ cluster }) => stutter([() => cluster.processes.pid('gateway')], 700, 150),
  },
  {
    cause: 'NATS stutters',
    expects: ['SelfsameIngestLatencyBurnFast'],
    allows: ['SelfsameIngestErrorsBurnFast', 'SelfsameLookUpErrorsBurnFast'],
    breakIt: async ({ cluster }) => stutter([() => cluster.processes.nats.pid as number], 700, 100),
  },
  {
    cause: 'nothing runs any more',
    expects: ['SelfsameNothingToScrape'],
    breakIt: async ({ cluster }) => {
      await cluster.quieten();
      for (const name of cluster.processes.serviceNames) await cluster.processes.kill(name);
      return async () => {
        for (const name of cluster.processes.serviceNames) cluster.processes.start(name);
        await cluster.processes.untilReady();
        cluster.resume();
      };
    },
  },
  {
    cause: 'a partition that does not move on, an outbox that fills',
    expects: ['SelfsamePartitionStuck', 'SelfsameOutboxFilling'],
    injected: 'the entries that wait and the bytes of the outbox, as the shard would count them',
    breakIt: (drill) => injecting(drill, { stuckEntries: 7, outboxBytes: 40 * 2 ** 20 }),
  },
  {
    cause: 'no coordinator holds the lease',
    expects: ['SelfsameNoAssigner'],
    injected: 'how many say they hold it',
    breakIt: (drill) => injecting(drill, { assigners: 0 }),
  },
  {
    cause: 'two coordinators hold the lease',
    expects: ['SelfsameTwoAssigners'],
    injected: 'how many say they hold it',
    breakIt: (drill) => injecting(drill, { assigners: 2 }),
  },
  {
    cause: 'a disk with 10 % left',
    expects: ['SelfsameDiskLow'],
    needsMount: true,
    breakIt: (drill) => injecting(drill, { diskFree: 0.1 }),
  },
  {
    cause: 'a disk with 2 % left',
    expects: ['SelfsameDiskFull'],
    needsMount: true,
    breakIt: (drill) => injecting(drill, { diskFree: 0.02 }),
  },
  {
    cause: 'a certificate with 10 days left',
    expects: ['SelfsameCertificateExpiresSoon'],
    injected: 'the end of the certificate',
    breakIt: (drill) => injecting(drill, { certificateDays: 10 }),
  },
  {
    cause: 'a certificate with one day left',
    expects: ['SelfsameCertificateExpires'],
    injected: 'the end of the certificate',
    breakIt: (drill) => injecting(drill, { certificateDays: 1 }),
  },
  {
    cause: 'two versions side by side',
    expects: ['SelfsameVersionsDiffer'],
    injected: 'the version that the process tells',
    breakIt: (drill) => injecting(drill, { version: '0.2.0' }),
  },
];
