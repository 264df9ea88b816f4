/** Scaling follows the generation that is live: its partitions, its marks, its seats. */
import { beforeEach, describe, expect, test } from 'vitest';
import {
  BEAT_SUBJECT,
  HeardShards,
  LISTEN_MS,
  type ShardBeat,
} from '../../services/coordinator/scaling/heard-shards.ts';
import {
  type ScaledGeneration,
  type Scaler,
  startScaler,
} from '../../services/coordinator/scaling/scaler.ts';
import { MemoryBus } from '../../shared/adapters/memory-bus.ts';
import { generationBus } from '../../shared/cluster/generation-bus.ts';
import { encode } from '../../shared/protocol/codec.ts';
import { encodeMarks, MARKS_SUBJECT, type PartitionMark } from '../../shared/protocol/marks.ts';
import { ManualClock } from '../support/manual-clock.ts';

type Seat = ShardBeat['seats'][number];

function seat(partition: number, state: Seat['state'], lag = 0): Seat {
  return { partition, state, lag, rate: 1 };
}

function beat(seats: readonly Seat[], utilisation = 0): ShardBeat {
  return { name: 'shard-0', isLeaving: false, utilisation, seats };
}

function mark(partition: number, pressure: number): PartitionMark {
  const counts = { epoch: 1, term: 1, durable: 0, applied: 0, last: 0, outbox: 0, quarantined: 0 };
  const nothing = { lowOrigin: null, isStuck: false, links: [], confirmed: [] };
  const none = { counters: null, told: null };
  return { partition, owner: 'shard-0', pressure, ...counts, ...nothing, ...none };
}

describe('what is heard, of a live generation of 2 partitions', () => {
  const loadOf = (seats: readonly Seat[]) => {
    const heard = new HeardShards({ count: 2, markOf: () => undefined });
    heard.take(encode(beat(seats)), 0);
    return heard.load(0);
  };

  test.for<[string, readonly Seat[], boolean, number]>([
    ['both are owned', [seat(0, 'owned'), seat(1, 'owned', 20)], false, 20],
    ['one has no owner', [seat(0, 'owned')], true, 0],
    ['one starts', [seat(0, 'owned'), seat(1, 'starting')], true, 0],
    [
      'one has no owner, two of another generation have', //
      [seat(0, 'owned'), seat(2, 'owned'), seat(3, 'owned')],
      true,
      0,
    ],
    [
      'a larger generation begins beside it, far behind', //
      [seat(0, 'owned'), seat(1, 'owned'), seat(2, 'starting', 500)],
      false,
      0,
    ],
    [
      'one of a larger generation is owned and behind', //
      [seat(0, 'owned', 5), seat(1, 'owned'), seat(2, 'owned', 500)],
      false,
      5,
    ],
  ])('%s', ([, seats, isMoving, backlogSeconds]) => {
    const load = loadOf(seats);
    expect(load.isMoving).toBe(isMoving);
    expect(load.partitions).toBe(2);
    expect(load.shards[0]?.backlogSeconds).toBe(backlogSeconds);
  });
});

describe('activation of another generation', () => {
  let bus: MemoryBus;
  let clock: ManualClock;
  let scaler: Scaler;
  let activate: (live: ScaledGeneration) => void;
  let ended = 0;

  beforeEach(() => {
    bus = new MemoryBus();
    clock = new ManualClock();
    ended = 0;
    scaler = startScaler(
      {
        bus,
        onLive: (listener) => {
          activate = listener;
          listener({ generation: 1, bus, partitions: 2 });
          return () => void ended++;
        },
      },
      clock,
    );
    return async () => {
      scaler.close();
      expect(ended).toBe(1);
      await bus.close();
    };
  });

  /** `seconds` in which two shards own the partitions, and say so each second. */
  const pass = async (seconds: number, partitions: number, utilisation: number): Promise<void> => {
    const seats = Array.from({ length: partitions }, (_, partition) => seat(partition, 'owned'));
    const beats = [0, 1].map((shard) => ({
      ...beat(
        seats.filter(({ partition }) => partition % 2 === shard),
        utilisation,
      ),
      name: `shard-${shard}`,
    }));
    for (let second = 0; second < seconds; second++) {
      for (const one of beats) bus.publish(BEAT_SUBJECT, encode(one));
      await bus.flush();
      clock.advance(1_000);
    }
  };
  const tell = async (generation: number, pressure: number): Promise<void> => {
    const partitions = [mark(0, pressure), mark(1, pressure)];
    const bytes = encodeMarks({ owner: 'shard-0', wave: 1, partitions });
    generationBus(bus, generation).publish(MARKS_SUBJECT, bytes);
    await bus.flush();
  };

  test('more partitions -> the number may be more', async () => {
    // 1 / 0.65 of what two can do would need four of them.
    await pass(LISTEN_MS / 1_000 + 300, 2, 1);
    expect(scaler.state?.desired).toBe(2);
    activate({ generation: 2, bus: generationBus(bus, 2), partitions: 8 });
    // The new ones are not all there: held, whatever the load.
    await pass(300, 2, 1);
    expect(scaler.state?.desired).toBe(2);
    await pass(300, 8, 1);
    expect(scaler.state?.desired).toBe(4);
  });

  test('pressure is that of the live generation, before and after', async () => {
    await tell(1, 0.7);
    await tell(2, 0.1);
    await pass(300, 2, 0);
    expect(scaler.state?.saturation).toBeCloseTo(2, 1);
    activate({ generation: 2, bus: generationBus(bus, 2), partitions: 2 });
    // What the former generation says from now on is not heard, nor what it said before.
    await tell(1, 0.7);
    await pass(300, 2, 0);
    expect(scaler.state?.saturation).toBeCloseTo(0, 1);
    await tell(2, 0.175);
    await pass(300, 2, 0);
    expect(scaler.state?.saturation).toBeCloseTo(0.5, 1);
  });

  test('the same generation told again -> what is known of it stays', async () => {
    await tell(1, 0.35);
    activate({ generation: 1, bus, partitions: 2 });
    await pass(300, 2, 0);
    expect(scaler.state?.saturation).toBeCloseTo(1, 1);
  });
});
