/**
 * What a scrape costs: `npm run bench:scrape`. One process that has everything (gateway, router, a shard
 * that hosts 256 partitions), its registry rendered again and again; series, bytes, and processor time.
 *
 * Customers are not loaded: nothing that is scraped looks at them one by one. What does grow are the
 * outboxes, whose oldest message is looked for, so they hold `OUTBOX_BATCHES` in all; and the actors in
 * memory, of which only the number is read.
 */
import { createMetricsRegistry } from '../../shared/adapters/metrics.ts';
import { registerNatsMetrics } from '../../shared/adapters/nats-metrics.ts';
import { registerDiskMetrics } from '../../shared/adapters/disk-metrics.ts';
import { MemoryBus } from '../../shared/adapters/memory-bus.ts';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import { SYSTEM_CLOCK } from '../../shared/adapters/clock.ts';
import type { Log } from '../../shared/adapters/log.ts';
import { registerShardMetrics } from '../../shared/engine/shard-metrics.ts';
import { Shard } from '../../shared/engine/shard.ts';
import { defaultRules } from '../../shared/ingress/rules-file.ts';
import { encodeSubframe, type LinkSubframe, SubframeKind } from '../../shared/protocol/frame.ts';
import { SERVICE_NAMES, serviceDefinition } from '../../shared/grpc/load.ts';
import { Admission } from '../../services/gateway/admission.ts';
import { CallMetrics } from '../../services/gateway/call-metrics.ts';
import { ClusterMetrics } from '../../services/gateway/cluster-metrics.ts';
import { loadGatewayConfig } from '../../services/gateway/config.ts';
import type { status } from '@grpc/grpc-js';

const PARTITIONS = 256;
const OUTBOX_BATCHES = 25_600;
const ROUNDS = 60;
const WARM_UP = 10;
/** Budget of a process: more series or time would delay its answers at every scrape. */
const SERIES_MAX = 5_000;
const SCRAPE_MS_MAX = 20;

function filledShard(): Shard {
  const partitions = Array.from({ length: PARTITIONS }, (_, one) => one);
  const shard = new Shard({
    owner: 'bench',
    partitions,
    topology: { partitions: PARTITIONS, desks: 2 },
    rules: defaultRules(),
    store: new MemoryStore(),
    // It is never started: nothing is read from a log.
    log: {} as Log,
    bus: new MemoryBus(),
    clock: SYSTEM_CLOCK,
    onFatal: (error) => {
      throw error;
    },
  });
  for (let one = 0; one < OUTBOX_BATCHES; one++) {
    const { outbox } = shard.partitions.get(one % PARTITIONS) ?? {};
    const message = [Date.now(), new Uint8Array(200), 0, 1] as const;
    const first = 1 + Math.floor(one / PARTITIONS);
    const destination = (one * 7) % PARTITIONS;
    const batch = encodeSubframe<LinkSubframe>([SubframeKind.link, 0, 1, first, [message]]);
    outbox?.add([{ destination, batch }], []);
  }
  return shard;
}

async function main(): Promise<void> {
  const registry = createMetricsRegistry({ service: 'selfsame', version: '0.0.0' });
  registerNatsMetrics(registry, { isUp: true, reconnects: 0 });
  registerDiskMetrics(registry, '.');
  const config = loadGatewayConfig({});
  const calls = new CallMetrics(registry, new Admission(config), config);
  void new ClusterMetrics(registry);
  for (const service of SERVICE_NAMES) {
    for (const method of Object.keys(serviceDefinition(service))) {
      // Every method was called, and failed in six ways.
      const observe = calls.forMethod('unary', service, method);
      for (const code of [0, 3, 4, 5, 8, 14] as const satisfies readonly status[])
        observe().end(code);
    }
  }
  const shard = filledShard();
  registerShardMetrics(registry, () => shard);
  const wall: number[] = [];
  const cpu: number[] = [];
  let page = '';
  for (let round = 0; round < ROUNDS + WARM_UP; round++) {
    const cpuBefore = process.cpuUsage();
    const startedAt = performance.now();
    page = await registry.metrics();
    if (round < WARM_UP) continue;
    wall.push(performance.now() - startedAt);
    const { user, system } = process.cpuUsage(cpuBefore);
    cpu.push((user + system) / 1000);
  }
  const series = page.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
  const median = (values: readonly number[]): number =>
    values.toSorted((left, right) => left - right)[values.length >> 1] as number;
  console.log(
    `${PARTITIONS} partitions, every gRPC method called: ${series} series, ${page.length} bytes`,
  );
  console.log(
    `processor time ${median(cpu).toFixed(1)} ms, wall ${median(wall).toFixed(1)} ms (medians of ${ROUNDS})`,
  );
  console.log(`budget: ${SERIES_MAX} series, ${SCRAPE_MS_MAX} ms`);
  process.exitCode = series < SERIES_MAX && median(cpu) < SCRAPE_MS_MAX ? 0 : 1;
}

await main();
