/**
 * State is a function of the log: a new process that reads a whole log from its beginning arrives
 * at the rows, positions and link numbers of its owner.
 */
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import type { Store } from '../../shared/adapters/store.ts';
import { decodeFrame } from '../../shared/protocol/frame.ts';
import type { Topology } from '../../shared/protocol/topology.ts';
import { CHANGE_ROWS } from '../../shared/engine/change-rows.ts';
import { Partition, partitionPrefix } from '../../shared/engine/partition.ts';
import { packPosition, type Position } from '../../shared/engine/position.ts';
import { check } from './checkers.ts';
import type { Stream } from './cluster-log.ts';

/** First letters of rows that are not state: position, feed, outbox, restore. */
const BOOKKEEPING = 'mnuxyz';

/** Rows of one partition that follow from its log alone. */
export function stateRows(store: Store, partition: number): string[] {
  const prefix = partitionPrefix(partition);
  const rows: string[] = [];
  for (const [key, bytes] of store.range(prefix, `${prefix}\x7f`)) {
    if (BOOKKEEPING.includes(key[prefix.length] as string)) continue;
    // What mirrors keep: the place of a scan, and changes until they are copied.
    if (key.startsWith(prefix + CHANGE_ROWS) || key.startsWith(`${prefix}vc/`)) continue;
    rows.push(`${key} ${Buffer.from(bytes).toString('latin1')}`);
  }
  return rows;
}

/**
 * `stream` must be whole and of the first epoch: later ones begin from a state, not from nothing.
 * Damage that its owner went on with is one of two kinds: behind what was applied, where a reader
 * sees it by itself (a hole, a wrong checksum); or none, as far as the state reaches.
 */
export function checkReplay(
  partition: number,
  topology: Topology,
  fragmentBytes: number,
  stream: Stream,
  owner: { readonly store: Store; readonly position: Position },
): void {
  const store = new MemoryStore();
  const replica = new Partition({ partition, topology, store, maxActors: 300, fragmentBytes });
  replica.openEpoch(1);
  for (let sequence = 1; sequence <= stream.last; sequence++) {
    const bytes = stream.entries.get(sequence);
    if (stream.wasDamaged && !isReadable(bytes)) return;
    replica.apply(sequence, bytes as Uint8Array);
    store.commitSync(replica.takeWrites());
  }
  const found = JSON.stringify(packPosition(replica.position));
  const expected = JSON.stringify(packPosition(owner.position));
  check('replay', found === expected, () => `p${partition} replays to ${found}, not ${expected}`);
  const rows = stateRows(store, partition);
  const ownerRows = stateRows(owner.store, partition);
  const different = ownerRows.findIndex((row, index) => row !== rows[index]);
  check('replay', different < 0 && rows.length === ownerRows.length, () => {
    return `p${partition} replays to other rows, from ${ownerRows[different]?.slice(0, 40)} on`;
  });
}

function isReadable(bytes: Uint8Array | undefined): boolean {
  try {
    if (bytes !== undefined) decodeFrame(bytes);
    return bytes !== undefined;
  } catch {
    return false;
  }
}
