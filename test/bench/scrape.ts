/**
 * What a scrape costs: `npm run bench:scrape`. One process that has everything (gateway, router, a shard
 * that hosts 256 partitions), its registry rendered again and again; series, bytes, and processor time.
 *
 * `npm run bench:scrape -- --customers 1000000` gives the shard the state of so many customers, of whom
 * as many are in memory as may (loading a million takes some minutes). Nothing that is scraped looks at
 * them one by one; what may cost is the heap that they fill. The outboxes, whose oldest message is
 * looked for, hold `OUTBOX_BATCHES` in all.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createMetricsRegistry } from '../../shared/adapters/metrics.ts';
import { NO_NATS_FILES } from '../../shared/adapters/nats-files.ts';
import { registerNatsMetrics } from '../../shared/adapters/nats-metrics.ts';
import { registerDiskMetrics } from '../../shared/adapters/disk-metrics.ts';
import { MemoryBus } from '../../shared/adapters/memory-bus.ts';
import { LmdbStore } from '../../shared/adapters/lmdb-store.ts';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import { SYSTEM_CLOCK } from '../../shared/adapters/clock.ts';
import type { Log } from '../../shared/adapters/log.ts';
import type { Store } from '../../shared/adapters/store.ts';
import {
  registerFencing,
  registerShardMetrics,
  registerTakeOvers,
} from '../../shared/engine/shard-metrics.ts';
import { Shard } from '../../shared/engine/shard.ts';
import { defaultRules } from '../../shared/ingress/rules-file.ts';
import { encodeSubframe, type LinkSubframe, SubframeKind } from '../../shared/protocol/frame.ts';
import { SERVICE_NAMES, serviceDefinition } from '../../shared/grpc/load.ts';
import { Admission } from '../../services/gateway/admission.ts';
import { registerRouterTimes } from '../../services/coordinator/router-metrics.ts';
import { registerAuditMetrics } from '../../services/gateway/auditor.ts';
import { CallMetrics } from '../../services/gateway/call-metrics.ts';
import { ClusterMetrics } from '../../services/gateway/cluster-metrics.ts';
import { loadGatewayConfig } from '../../services/gateway/config.ts';
import type { status } from '@grpc/grpc-js';
import type { Registry } from 'prom-client';
import { loadCustomers, visitCustomers } from './loaded-store.ts';
import { memory } from './measure.ts';

const PARTITIONS = 256;
const OUTBOX_BATCHES = 25_600;
const ROUNDS = 60;
const WARM_UP = 10;
/** Budget of a process: more series or time would delay its answers at every scrape. */
const SERIES_MAX = 5_000;
const SCRAPE_MS_MAX = 20;

function filledShard(store: Store): Shard {
  const partitions = Array.from({ length: PARTITIONS }, (_, one) => one);
  const shard = new Shard({
    owner: 'bench',
    partitions,
    topology: { partitions: PARTITIONS, desks: 1 },
    rules: defaultRules(),
    store,
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

/** Every method was called, and failed in six ways. */
function callEveryMethod(registry: Registry): void {
  const config = loadGatewayConfig({});
  const calls = new CallMetrics(registry, new Admission(config), config);
  for (const service of SERVICE_NAMES) {
    for (const method of Object.keys(serviceDefinition(service))) {
      const observe = calls.forMethod('unary', service, method);
      for (const code of [0, 3, 4, 5, 8, 14] as const satisfies readonly status[])
        observe().end(code);
    }
  }
}

/** Milliseconds of processor and wall time of each round, and what was served last. */
async function scrape(registry: Registry) {
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
  return { wall, cpu, page };
}

async function measureScrape(store: Store): Promise<void> {
  const registry = createMetricsRegistry({ service: 'selfsame', version: '0.0.0' });
  registerNatsMetrics(
    registry,
    [{ isUp: true, reconnects: 0, serverCertificateEnd: null }],
    NO_NATS_FILES,
  );
  registerDiskMetrics(registry, '.');
  callEveryMethod(registry);
  void new ClusterMetrics(registry);
  const shard = filledShard(store);
  registerShardMetrics(registry, () => shard);
  registerFencing(registry, () => shard);
  registerTakeOvers(registry);
  registerRouterTimes(registry);
  registerAuditMetrics(registry, []);
  const customers = visitCustomers(shard);
  const { wall, cpu, page } = await scrape(registry);
  const series = page.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
  const at = (values: readonly number[], share: number): string =>
    (
      values.toSorted((left, right) => left - right)[Math.floor(values.length * share)] as number
    ).toFixed(1);
  const { resident, heapUsed } = memory();
  console.log(
    `${PARTITIONS} partitions, ${customers.toLocaleString('en')} customers, every gRPC method called: ` +
      `${series} series, ${page.length} bytes (heap ${heapUsed.toFixed(0)}, resident ${resident.toFixed(0)} MiB)`,
  );
  console.log(
    `processor time ${at(cpu, 0.5)} ms, wall ${at(wall, 0.5)} ms (medians of ${ROUNDS}); ` +
      `95 %: ${at(cpu, 0.95)} and ${at(wall, 0.95)} ms`,
  );
  console.log(`budget: ${SERIES_MAX} series, ${SCRAPE_MS_MAX} ms`);
  process.exitCode = series < SERIES_MAX && Number(at(cpu, 0.5)) < SCRAPE_MS_MAX ? 0 : 1;
}

async function main(): Promise<void> {
  const options = { customers: { type: 'string', default: '0' } } as const;
  let given: string;
  try {
    given = parseArgs({ options }).values.customers;
  } catch {
    given = '';
  }
  const wanted = given === '' ? Number.NaN : Number(given);
  if (!Number.isSafeInteger(wanted) || wanted < 0) {
    console.error('npm run bench:scrape -- [--customers COUNT]   (a whole number; default 0)');
    process.exitCode = 2;
    return;
  }
  if (wanted === 0) {
    await measureScrape(new MemoryStore());
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'selfsame-scrape-'));
  try {
    const startedAt = performance.now();
    await loadCustomers(folder, PARTITIONS, wanted);
    console.log(`loaded in ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
    const store = await LmdbStore.open(folder);
    await measureScrape(store);
    await store.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
