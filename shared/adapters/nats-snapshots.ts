/**
 * Snapshots in the object store of NATS: shards then share nothing but NATS, and a pod's volume is a
 * cache.
 *
 * Two objects a partition, written in turn, so that one whole snapshot is there at any moment and no
 * tombstones pile up. An object shows its new content only once all chunks are in. A writer that was
 * the owner once can at worst put an older state in the older object: what is restored is verified
 * against the log, and the next owner writes again.
 */
import { type NatsConnection, type ObjectInfo, type ObjectStore, StorageType } from 'nats';
import { LogError } from './log.ts';
import type { SnapshotInfo, SnapshotName, SnapshotPlace } from './snapshot-place.ts';

/** Larger messages damaged file stores of servers before 2.10.28. */
const CHUNK_BYTES = 256 * 1024;
/** So much is on its way to the server at most before it has answered. */
const FLUSH_BYTES = 2 * 1024 * 1024;
const SLOTS = ['a', 'b'] as const;

export class NatsSnapshots implements SnapshotPlace {
  readonly #connection: NatsConnection;
  readonly #bucket: string;
  readonly #replicas: number;
  #store: Promise<ObjectStore> | null = null;

  constructor(connection: NatsConnection, bucket: string, replicas: number) {
    this.#connection = connection;
    this.#bucket = bucket;
    this.#replicas = replicas;
  }

  async list(partition: number): Promise<readonly SnapshotInfo[]> {
    const store = await this.#opened();
    const found: SnapshotInfo[] = [];
    for (const slot of SLOTS) {
      const info = infoOf(partition, await store.info(objectName(partition, slot)));
      if (info !== null) found.push(info);
    }
    return found;
  }

  async write(name: SnapshotName, content: AsyncIterable<Uint8Array>): Promise<SnapshotInfo> {
    const store = await this.#opened();
    const { partition, epoch, sequence } = name;
    const known = await this.list(partition);
    const [newest] = [...known].sort(
      (left, right) => right.epoch - left.epoch || right.sequence - left.sequence,
    );
    const file = objectName(partition, SLOTS.find((slot) => !newest?.file.endsWith(slot)) ?? 'a');
    const flushed = this.#flushed(content);
    const source = new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        const { done, value } = await flushed.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
    });
    await store.put(
      {
        name: file,
        description: JSON.stringify([epoch, sequence]),
        options: { max_chunk_size: CHUNK_BYTES },
      },
      source,
      { timeout: 10_000 },
    );
    return { ...name, file };
  }

  async *read({ file }: SnapshotInfo): AsyncIterable<Uint8Array> {
    const store = await this.#opened();
    const object = await store.get(file);
    if (object === null) return;
    const reader = object.data.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      yield value;
    }
    // Typed as null when all is well, and undefined in fact.
    const error: unknown = await object.error;
    if (error instanceof Error) {
      throw new LogError('unavailable', `${file}: ${error.message}`, { cause: error });
    }
  }

  async *#flushed(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
    let bytes = 0;
    for await (const part of content) {
      yield part;
      bytes += part.length;
      if (bytes < FLUSH_BYTES) continue;
      bytes = 0;
      await this.#connection.flush();
    }
  }

  #opened(): Promise<ObjectStore> {
    this.#store ??= this.#connection
      .jetstream()
      .views.os(this.#bucket, { replicas: this.#replicas, storage: StorageType.File })
      .catch((error: unknown) => {
        this.#store = null;
        throw error;
      });
    return this.#store;
  }
}

function objectName(partition: number, slot: (typeof SLOTS)[number]): string {
  return `p${String(partition).padStart(4, '0')}-${slot}`;
}

function infoOf(partition: number, object: ObjectInfo | null): SnapshotInfo | null {
  if (object === null || object.deleted || object.description === undefined) return null;
  const [epoch, sequence] = JSON.parse(object.description) as [number, number];
  return { partition, epoch, sequence, file: object.name };
}
