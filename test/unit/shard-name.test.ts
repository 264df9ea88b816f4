import { expect, test } from 'vitest';
import { MemoryBus } from '../../shared/adapters/memory-bus.ts';
import { type Beat, BEAT_MS, BEAT_SUBJECT } from '../../shared/placement/beat.ts';
import { encode } from '../../shared/protocol/codec.ts';
import { assertNameIsFree } from '../../services/shard/shard-name.ts';

function beatOf(name: string, incarnation: string, isLeaving = false): Uint8Array {
  const beat: Beat = { name, incarnation, revision: 1, isLeaving, utilisation: 0, seats: [] };
  return encode(beat);
}

test.for([
  ['another process of the name goes on beating -> refused', 'shard-0', 3, false, true],
  ['the last beat of a process that was killed -> free', 'shard-0', 1, false, false],
  ['a process of the name that leaves -> free', 'shard-0', 3, true, false],
  ['shards of other names -> free', 'shard-1', 3, false, false],
] as const)('%s', async ([, name, beats, isLeaving, isRefused]) => {
  const bus = new MemoryBus();
  const verdict = assertNameIsFree(bus, 'shard-0').then(
    () => 'free',
    (error: unknown) => String(error),
  );
  for (let beat = 0; beat < beats; beat++) {
    bus.publish(BEAT_SUBJECT, beatOf(name, 'a', isLeaving));
    await new Promise((resolve) => setTimeout(resolve, BEAT_MS / 4));
  }
  expect(await verdict).toMatch(isRefused ? /SELFSAME_SHARD_NAME/ : /^free$/);
  await bus.close();
});
