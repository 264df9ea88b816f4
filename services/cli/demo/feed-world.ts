/**
 * Streams the world into a cluster: batches of deliveries, several in flight, each acknowledged
 * durable, and times it.
 */
import type { InteractionInput } from '../../../shared/domain/interaction.ts';
import type { Cluster } from '../../../shared/protocol/cluster.ts';
import { sendBatch } from '../ingest/send-batch.ts';
import { Progress } from '../progress.ts';
import type { TextSink } from '../context.ts';
import type { World } from './world/generate-world.ts';

export interface FeedResult {
  /** Deliveries: distinct interactions, repeats and revisions. */
  readonly deliveries: number;
  /** Values dropped as junk, blocked or not parseable; their interactions were taken. */
  readonly droppedValues: number;
  /** From the first batch until everything was settled, milliseconds. */
  readonly elapsedMs: number;
}

export interface FeedOptions {
  readonly signal: AbortSignal;
  readonly progressSink: TextSink;
  /** Monotonic, milliseconds. */
  readonly now: () => number;
}

/** Items a batch: where the cost of a call is lost among its items. */
const BATCH_SIZE = 500;
/** Batches under way: while one is flushed the next are routed; more only take memory. */
const BATCHES_IN_FLIGHT = 4;
/** A cluster in this process is never away for long. */
const PATIENCE_MS = 60_000;

interface Batch {
  readonly items: InteractionInput[];
  /** Of the first delivery: stamped as received_at, so that customer ids depend on the seed only. */
  readonly receivedAt: number;
}

function* batchesOf(world: World): Generator<Batch> {
  let batch: Batch | null = null;
  for (const { input, deliveredAt } of world.interactions()) {
    batch ??= { items: [], receivedAt: deliveredAt };
    batch.items.push(input);
    if (batch.items.length < BATCH_SIZE) continue;
    yield batch;
    batch = null;
  }
  if (batch !== null) yield batch;
}

/**
 * Sends all deliveries and waits until they are settled. Throws `ClusterError` of the cluster, the
 * signal's reason when aborted, and an `Error` when the cluster rejects an interaction (the demo's
 * own data must fit the demo's own rules) or puts one in quarantine.
 */
export async function feedWorld(
  cluster: Cluster,
  world: World,
  options: FeedOptions,
): Promise<FeedResult> {
  const { signal, now } = options;
  const progress = new Progress(options.progressSink, 'ingest', 'interactions', now);
  const startedAt = now();
  let deliveries = 0;
  let droppedValues = 0;
  const batches = batchesOf(world);
  const send = async (): Promise<void> => {
    for (let next = batches.next(); next.done !== true; next = batches.next()) {
      signal.throwIfAborted();
      const { items, receivedAt } = next.value;
      const results = await sendBatch(cluster, items, {
        ack: 'durable',
        receivedAt,
        signal,
        patienceMs: PATIENCE_MS,
        onWait: (reason) => progress.message(`waiting: ${reason}`),
      });
      for (const result of results) {
        if (result.kind === 'acknowledged') droppedValues += result.dropped.length;
        else throw new Error(`the demo's data do not fit: ${describe(result.violations)}`);
      }
      deliveries += items.length;
      // Repeats and revisions make the stream a little longer than its distinct interactions.
      const fraction = Math.min(0.99, deliveries / (world.interactionCount * 1.03));
      progress.update({ fraction, done: deliveries });
    }
  };
  try {
    await Promise.all(Array.from({ length: BATCHES_IN_FLIGHT }, send));
    await cluster.settle({ signal });
    await assertNothingQuarantined(cluster, signal);
  } finally {
    progress.clear();
  }
  return { deliveries, droppedValues, elapsedMs: now() - startedAt };
}

/** An entry that a partition could not apply is set aside, and the figures would be of a part. */
async function assertNothingQuarantined(cluster: Cluster, signal: AbortSignal): Promise<void> {
  const { partitions } = await cluster.status({ signal });
  const quarantined = partitions.reduce((sum, partition) => sum + partition.quarantined, 0);
  if (quarantined === 0) return;
  throw new Error(
    `the cluster put ${quarantined} entries of the demo in quarantine: a fault of it`,
  );
}

function describe(
  violations: readonly { readonly field: string; readonly description: string }[],
): string {
  return violations.map(({ field, description }) => `${field} ${description}`).join('; ');
}
