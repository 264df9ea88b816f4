/**
 * Whose state may go on with a log, under placement: a table of what the log shows, and what follows
 * for who is to own the partition and for who follows it.
 */
import { expect, test } from 'vitest';
import type { Log, LogBounds } from '../../shared/adapters/log.ts';
import { verifyPlaced } from '../../shared/engine/placed-log.ts';
import { Partition } from '../../shared/engine/partition.ts';
import { emptyPosition, type Position } from '../../shared/engine/position.ts';
import { FrameWriter, SubframeKind } from '../../shared/protocol/frame.ts';

const frames = new FrameWriter('router');
const plain = (): Uint8Array => frames.encode([[SubframeKind.ingress, [], 'tag']]);
const claimOn = (base: string): Uint8Array =>
  frames.encode([[SubframeKind.owner, 2, 'shard-b#1', base]]);
const damaged = Uint8Array.of(1, 2, 3);

/** Entries of an epoch from `first` on; empty: `first - 1` was the last one. */
interface Stream {
  readonly first: number;
  readonly entries: readonly Uint8Array[];
}

function logOf(streams: ReadonlyMap<number, Stream>): Log {
  const boundsOf = ({ first, entries }: Stream): LogBounds => ({
    firstSequence: first,
    lastSequence: first + entries.length - 1,
  });
  const log: Pick<Log, 'currentEpoch' | 'bounds' | 'read'> = {
    currentEpoch: () => Promise.resolve(Math.max(0, ...streams.keys())),
    bounds: (_, epoch) => {
      const stream = streams.get(epoch);
      return Promise.resolve(stream === undefined ? null : boundsOf(stream));
    },
    read: (_, epoch, sequence) => {
      const stream = streams.get(epoch);
      return Promise.resolve(stream?.entries[sequence - stream.first] ?? null);
    },
  };
  return log as Log;
}

const applied = plain();
/** A state of `shard-a` that has applied entry 4 of epoch 1. */
const STATE: Position = {
  ...emptyPosition(),
  epoch: 1,
  sequence: 4,
  lastHash: Partition.entryHash(applied),
  chain: 'chain of 4',
  term: 1,
  owner: 'shard-a#1',
};
const before = [plain(), plain(), plain()];
const whole: Stream = { first: 1, entries: [...before, applied] };

interface Row {
  readonly what: string;
  readonly streams: readonly (readonly [epoch: number, stream: Stream])[];
  readonly position?: Position;
  /** Sequence of the newest snapshot, of epoch 1. Default: none. */
  readonly snapshot?: number;
  /** For `shard-a`, whose state it is, `shard-b`, and `shard-a` as a follower. */
  readonly verdicts: readonly [mine: string, others: string, follower: string];
}

const none = emptyPosition();
const rows: readonly Row[] = [
  // Without a state.
  { what: 'no log', streams: [], position: none, verdicts: ['next', 'next', 'wait'] },
  {
    what: 'no state, the whole first log',
    streams: [[1, whole]],
    position: none,
    verdicts: ['adopt', 'adopt', 'adopt'],
  },
  {
    what: 'no state, a log whose beginning was trimmed away',
    streams: [[1, { first: 2, entries: [plain(), plain()] }]],
    position: none,
    verdicts: ['stale', 'stale', 'stale'],
  },
  {
    what: 'no state, a later epoch',
    streams: [[2, whole]],
    position: none,
    verdicts: ['stale', 'stale', 'stale'],
  },
  // In the epoch of the state.
  {
    what: 'nothing new',
    streams: [[1, whole]],
    verdicts: ['continues', 'continues', 'continues'],
  },
  {
    what: 'more entries',
    streams: [[1, { first: 3, entries: [plain(), applied, plain()] }]],
    verdicts: ['continues', 'continues', 'continues'],
  },
  {
    what: 'the log ends before the state',
    streams: [[1, { first: 1, entries: before }]],
    verdicts: ['next', 'next', 'wait'],
  },
  { what: 'the log is gone', streams: [], verdicts: ['next', 'next', 'wait'] },
  {
    what: 'another entry at the end',
    streams: [[1, { first: 1, entries: [...before, plain()] }]],
    verdicts: ['next', 'next', 'wait'],
  },
  {
    what: 'another entry, and more behind it',
    streams: [[1, { first: 1, entries: [...before, plain(), plain()] }]],
    verdicts: ['next', 'stale', 'wait'],
  },
  {
    what: 'the next entry is damaged',
    streams: [[1, { first: 1, entries: [...before, applied, damaged] }]],
    verdicts: ['next', 'next', 'wait'],
  },
  {
    what: 'trimmed beyond the state, and a later snapshot',
    streams: [[1, { first: 6, entries: [plain(), plain()] }]],
    snapshot: 7,
    verdicts: ['stale', 'stale', 'stale'],
  },
  {
    what: 'entries lost before they were applied, and no later snapshot',
    streams: [[1, { first: 6, entries: [plain(), plain()] }]],
    snapshot: 4,
    verdicts: ['next', 'stale', 'wait'],
  },
  {
    what: 'just what was applied is lost, and there is no snapshot',
    streams: [[1, { first: 5, entries: [plain(), plain()] }]],
    verdicts: ['next', 'stale', 'wait'],
  },
  {
    what: 'an epoch begun here, whose beginning was trimmed away',
    streams: [[1, { first: 3, entries: [plain()] }]],
    position: { ...STATE, sequence: 0, lastHash: '' },
    verdicts: ['stale', 'stale', 'stale'],
  },
  // In a later epoch.
  {
    what: 'a later epoch, opened from this state',
    streams: [[2, { first: 1, entries: [claimOn('chain of 4')] }]],
    verdicts: ['adopt', 'adopt', 'adopt'],
  },
  {
    what: 'a later epoch, opened from another state',
    streams: [
      [1, whole],
      [2, { first: 1, entries: [claimOn('chain of 5')] }],
    ],
    verdicts: ['stale', 'stale', 'stale'],
  },
  {
    what: 'a later epoch whose first entries were trimmed away',
    streams: [[2, { first: 2, entries: [plain()] }]],
    verdicts: ['stale', 'stale', 'stale'],
  },
  {
    what: 'a later epoch that nobody claimed, and all of the one before is here',
    streams: [
      [1, whole],
      [2, { first: 1, entries: [] }],
    ],
    verdicts: ['next', 'next', 'wait'],
  },
  {
    what: 'a later epoch that nobody claimed, and more in the one before',
    streams: [
      [1, { first: 1, entries: [...before, applied, plain()] }],
      [2, { first: 1, entries: [] }],
    ],
    verdicts: ['wait', 'wait', 'wait'],
  },
];

test.each(rows)('$what -> $verdicts', async ({ streams, position = STATE, snapshot, verdicts }) => {
  const log = logOf(new Map(streams));
  const verdictOf = async (role: 'owner' | 'follower', owner: string): Promise<string> => {
    const newest = snapshot === undefined ? null : { epoch: 1, sequence: snapshot };
    const newestSnapshot = () => Promise.resolve(newest);
    const claimant = { role, owner, newestSnapshot };
    return (await verifyPlaced(log, 0, position, claimant)).verdict.kind;
  };
  const found = [
    await verdictOf('owner', 'shard-a#2'),
    await verdictOf('owner', 'shard-b#2'),
    await verdictOf('follower', 'shard-a#2'),
  ];
  expect(found).toEqual(verdicts);
});
