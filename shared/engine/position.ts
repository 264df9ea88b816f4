/**
 * Position: what a partition knows of its log and links, committed with every batch of state.
 */
import type { Packed } from '../domain/actors/states.ts';

export interface Position {
  /** Log epoch: rises when the log turned out not to be the one this state came from. */
  epoch: number;
  /** Sequence of the entry last applied in this epoch; 0: none. */
  sequence: number;
  /** Hash of the entry last applied. */
  lastHash: string;
  /** Hash over all entries ever applied, in order. */
  chain: string;
  /** Chain hash of the state from which the present epoch was entered. */
  base: string;
  /** Highest owner term read from the log, and who holds it. */
  term: number;
  owner: string;
  /** Epoch of the outgoing links: rises when sent numbers may have been forgotten. */
  linkEpoch: number;
  /** Destination -> number last sent. */
  sent: Map<number, number>;
  /** Source -> epoch and number last taken. */
  received: Map<number, readonly [linkEpoch: number, number: number]>;
  quarantined: number;
}

export function emptyPosition(): Position {
  return {
    epoch: 0,
    sequence: 0,
    lastHash: '',
    chain: '',
    base: '',
    term: 0,
    owner: '',
    linkEpoch: 1,
    sent: new Map(),
    received: new Map(),
    quarantined: 0,
  };
}

export function packPosition(position: Position): Packed {
  return [
    position.epoch,
    position.sequence,
    position.lastHash,
    position.chain,
    position.term,
    position.owner,
    position.linkEpoch,
    Array.from(position.sent),
    Array.from(position.received),
    position.quarantined,
    position.base,
  ];
}

export function unpackPosition(packed: Packed): Position {
  const row = packed as [
    number,
    number,
    string,
    string,
    number,
    string,
    number,
    [number, number][],
    [number, [number, number]][],
    number,
    string,
  ];
  return {
    epoch: row[0],
    sequence: row[1],
    lastHash: row[2],
    chain: row[3],
    term: row[4],
    owner: row[5],
    linkEpoch: row[6],
    sent: new Map(row[7]),
    received: new Map(row[8]),
    quarantined: row[9],
    base: row[10],
  };
}
