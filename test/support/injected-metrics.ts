/**
 * A process that exports, by the services' own code, numbers that a test cannot bring about in real
 * processes within its time: an outbox of 40 MiB, a certificate near its end, another version.
 * What is injected is what the code reads; registering, collecting, scraping and all after are real.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Gauge } from 'prom-client';
import { registerDiskMetrics } from '../../shared/adapters/disk-metrics.ts';
import {
  createMetricsRegistry,
  type MetricsServer,
  startMetricsServer,
} from '../../shared/adapters/metrics.ts';
import type { Shard } from '../../shared/engine/shard.ts';
import { registerShardMetrics } from '../../shared/engine/shard-metrics.ts';

export interface Injection {
  readonly version?: string;
  /** Of a partition that is owned and does not move on: entries that wait. */
  readonly stuckEntries?: number;
  readonly outboxBytes?: number;
  readonly certificateDays?: number;
  /** Coordinators that say they hold the lease. */
  readonly assigners?: number;
  /** Shards that there should be, and those that are heard of. */
  readonly desiredShards?: number;
  readonly presentShards?: number;
  /** Free share of a small file system, which is made and filled for real (needs root). */
  readonly diskFree?: number;
}

/** Whether this user may mount a file system. */
export function mayMount(): boolean {
  try {
    const small = SmallDisk.mount(1);
    small.remove();
    return true;
  } catch {
    return false;
  }
}

const DISK_BYTES = 1024 * 1024;

class SmallDisk {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** `free`: share that is left after filling it. */
  static mount(free: number): SmallDisk {
    const path = mkdtempSync(join(tmpdir(), 'selfsame-disk-'));
    const options = `size=${DISK_BYTES}`;
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path], { stdio: 'pipe' });
    writeFileSync(join(path, 'data'), Buffer.alloc(Math.floor(DISK_BYTES * (1 - free))));
    return new SmallDisk(path);
  }

  remove(): void {
    execFileSync('umount', [this.path], { stdio: 'pipe' });
    rmSync(this.path, { recursive: true });
  }
}

/** Serves the injected numbers on `port` until closed. */
export async function inject(
  injection: Injection,
  port: number,
): Promise<{ readonly close: () => Promise<void> }> {
  const { version = '0.1.0', certificateDays, assigners, desiredShards, diskFree } = injection;
  const registry = createMetricsRegistry({ service: 'shard', version });
  // Coordinators are of a cluster of their own: the real one has some that say something else.
  const isCoordinator = assigners !== undefined || desiredShards !== undefined;
  registry.setDefaultLabels({ namespace: isCoordinator ? 'drill' : 'selfsame' });
  registerShardMetrics(registry, () => shardLike(injection));
  const disk = diskFree === undefined ? null : SmallDisk.mount(diskFree);
  if (disk !== null) registerDiskMetrics(registry, disk.path);
  const gauge = (name: string, value: number): void => {
    new Gauge({ name, help: 'Injected.', registers: [registry] }).set(value);
  };
  if (certificateDays !== undefined) {
    const endSeconds = Date.now() / 1000 + certificateDays * 86_400;
    gauge('selfsame_certificate_expiry_timestamp_seconds', endSeconds);
  }
  if (assigners !== undefined) gauge('selfsame_assigner_leader', assigners);
  if (desiredShards !== undefined) {
    gauge('selfsame_desired_shards', desiredShards);
    gauge('selfsame_shards_present', injection.presentShards ?? 0);
  }
  const options = { registry, host: '127.0.0.1', port, isStarted: () => true, isReady: () => true };
  const server: MetricsServer = await startMetricsServer(options);
  return {
    close: async () => {
      await server.close();
      disk?.remove();
    },
  };
}

/** As much of a shard as its metrics read. */
function shardLike({ stuckEntries = 0, outboxBytes = 0 }: Injection): Shard {
  const member = {
    runner: { isOwner: true, lastKnown: stuckEntries, epochsReopened: 0 },
    partition: {
      position: { epoch: 1, term: 1, sequence: 0, quarantined: 0 },
      counters: {},
      actors: { resident: 0, residentMax: 1, activations: 0 },
    },
    outbox: { messages: 0, bytes: outboxBytes, lowOrigin: null },
    feed: { size: 0 },
    isStuck: () => stuckEntries > 0,
  };
  const partitions = new Map([[999, member]]);
  const shard = { partitions, sender: { appends: 0, resends: 0 }, commits: 0, eventsTold: 0 };
  return shard as unknown as Shard;
}
