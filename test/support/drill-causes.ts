/** Causes of the fire drill: what breaks a part of a real cluster, and mends it again. */
import type { JetStreamManager } from 'nats';
import type { InteractionInput } from '../../shared/domain/interaction.ts';
import type { ServiceName } from './cluster-processes.ts';
import type { Drill } from './fire-drill.ts';
import { inject, type Injection } from './injected-metrics.ts';

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

export async function send(
  drill: Drill,
  items: readonly InteractionInput[],
  patienceMs = 10_000,
): Promise<void> {
  const deadlineMs = Date.now() + patienceMs;
  await drill.cluster.client.ingest(items, { ack: 'durable', deadlineMs });
}

/** Streams of partition logs by partition, the present epoch only. */
export async function streamOf(manager: JetStreamManager, partition: number): Promise<string> {
  const pattern = new RegExp(`^selfsame-p${String(partition).padStart(3, '0')}-e\\d+$`);
  const names: string[] = [];
  for await (const { config } of manager.streams.list()) {
    if (pattern.test(config.name)) names.push(config.name);
  }
  return names.toSorted().at(-1) as string;
}

/** A stream that takes nothing more, as when its server's disk is full. Resolves with what mends it. */
export async function fill(
  { nats }: Drill,
  names: readonly string[],
): Promise<() => Promise<unknown>> {
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

export async function everyLog({ nats, cluster }: Drill): Promise<string[]> {
  const manager = await nats.jetstreamManager();
  const names: string[] = [];
  for (let one = 0; one < cluster.processes.partitions; one++) {
    names.push(await streamOf(manager, one));
  }
  return names;
}

/** Stops and continues a process again and again until mended: a machine that stutters. */
export function stutter(pids: readonly (() => number)[], stopMs: number, runMs: number) {
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
export function repeat(work: () => Promise<unknown>, pauseMs: number, lanes = 1) {
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

export async function kill({ cluster }: Drill, name: ServiceName): Promise<() => Promise<void>> {
  await cluster.processes.kill(name);
  return async () => {
    cluster.processes.start(name);
    await cluster.processes.untilReady();
  };
}

export async function injecting(drill: Drill, injection: Injection): Promise<() => Promise<void>> {
  const { close } = await inject(injection, drill.injectionPort);
  return close;
}

/** Streams whose subjects lead elsewhere: whoever writes to them is not answered. */
export async function unbind(
  { nats }: Drill,
  names: readonly string[],
): Promise<() => Promise<unknown>> {
  const manager = await nats.jetstreamManager();
  const before: (readonly [string, string[]])[] = [];
  for (const name of names) {
    const { config } = await manager.streams.info(name);
    before.push([name, config.subjects]);
    await manager.streams.update(name, { subjects: [`away.${name}`] });
  }
  return async () => {
    for (const [name, subjects] of before) await manager.streams.update(name, { subjects });
  };
}

/** A gateway with other settings, until mended. */
export async function restartGateway(
  { cluster: { processes } }: Drill,
  environment: Readonly<Record<string, string>>,
): Promise<() => Promise<void>> {
  await processes.stop('gateway');
  processes.start('gateway', { environment });
  await processes.untilReady();
  return async () => {
    await processes.stop('gateway');
    processes.start('gateway');
    await processes.untilReady();
  };
}
