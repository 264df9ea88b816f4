/**
 * Whether a shard's name is in use. Two processes of one name would take the same partitions from each
 * other for ever (each claim fences the other, so nothing is wrong, and nothing gets done): the later
 * one does not start.
 */
import type { Bus } from '../../shared/adapters/bus.ts';
import { type Beat, BEAT_MS, BEAT_SUBJECT } from '../../shared/placement/beat.ts';
import { ClusterError } from '../../shared/protocol/cluster.ts';
import { decode } from '../../shared/protocol/codec.ts';

/** A process that was killed a moment ago may still be heard once. */
const BEATS_OF_THE_LIVING = 2;
const LISTENED_MS = BEATS_OF_THE_LIVING * BEAT_MS + BEAT_MS / 2;

/** Listens for a little more than two beats; rejects with `failed_precondition` when the name is in use. */
export async function assertNameIsFree(bus: Bus, name: string): Promise<void> {
  const beats = new Map<string, number>();
  await new Promise<void>((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      subscription.close();
    };
    const timer = setTimeout(() => {
      end();
      resolve();
    }, LISTENED_MS);
    const subscription = bus.subscribe(BEAT_SUBJECT, (bytes) => {
      const beat = decode(bytes) as Beat;
      // One that leaves will be gone: its successor waits for no more than that.
      if (beat.name !== name || beat.isLeaving) return;
      const count = (beats.get(beat.incarnation) ?? 0) + 1;
      beats.set(beat.incarnation, count);
      if (count < BEATS_OF_THE_LIVING) return;
      end();
      reject(
        new ClusterError(
          'failed_precondition',
          `another shard runs under the name ${name}: give each its own SELFSAME_SHARD_NAME`,
        ),
      );
    });
  });
}
