/** Answers what is asked of the owner of a partition about its generations. */
import type { Store } from '../adapters/store.ts';
import type { JoinedGeneration } from '../cluster/join-cluster.ts';
import { actorOf, isEvidenceId } from '../domain/actors/evidence-standing.ts';
import type { GenerationCall, ToldSlice } from '../protocol/generation-call.ts';
import { partitionOf, type Topology } from '../protocol/topology.ts';
import type { GenerationRecord, VersionsState } from '../protocol/versions.ts';
import { compareInteractions, compareProfiles, listRows } from './compare-generations.ts';
import { TOLD_ROWS } from './former-told.ts';
import type { HostedShard } from './host-shard.ts';
import { learningSlice } from './learning-slice.ts';
import type { NatsMirrors } from './nats-mirror.ts';
import { type FeedSubject, partitionPrefix } from './partition.ts';

export interface OpenGeneration {
  readonly record: GenerationRecord;
  readonly joined: JoinedGeneration;
  readonly store: Store;
  readonly hosted: HostedShard;
}

export interface AnswerContext {
  readonly state: VersionsState;
  readonly open: ReadonlyMap<number, OpenGeneration>;
  readonly mirrors: NatsMirrors | null;
  /** Whether nothing came to the former generation for long enough; true after it was retired here. */
  readonly isQuiet: (generation: number) => boolean;
}

/** Interactions or profiles compared at a time; an answer of 500 stays far below 1 MiB. */
const COMPARED = 500;
/** Rows of a slice to learn from: a key has at most 64 holders of some 300 bytes. */
const LEARNT = 40;
/** Rows of what was told, of some 100 bytes. */
const TOLD = 2000;

/** null: not here, or not yet. */
export async function answerGeneration(
  context: AnswerContext,
  partition: number,
  call: GenerationCall,
): Promise<unknown> {
  const { state, open, mirrors } = context;
  const live = open.get(state.live.generation);
  switch (call.kind) {
    case 'progress':
      return mirrors?.target === call.generation ? mirrors.progress(partition) : null;
    case 'quiet':
      return context.isQuiet(call.generation) ? true : null;
    case 'learn': {
      const rules = live?.hosted.shard.partitions.get(partition)?.partition.rules;
      if (live === undefined || rules === null || rules === undefined) return null;
      const { topology } = live.joined;
      return learningSlice(live.store, rules, topology, partition, call.rows, call.after, LEARNT);
    }
    case 'list': {
      const asked = open.get(call.generation);
      if (asked === undefined || !isOwned(asked, partition)) return null;
      return listRows(asked.store, partition, call.rows, call.after, COMPARED);
    }
    case 'told': {
      const former = open.get(call.generation);
      // Before this process knows of the activation, it may tell more.
      const isOver = state.live.generation > call.generation;
      if (former === undefined || live === undefined || !isOver) return null;
      if (!isOwned(former, partition)) return null;
      await former.hosted.shard.flush();
      return toldSlice(former.store, partition, call, live.joined.topology);
    }
    case 'interactions':
    case 'profiles': {
      const shadow = state.shadow === null ? undefined : open.get(state.shadow.generation);
      if (live === undefined || shadow === undefined) return null;
      const stores = { live: live.store, shadow: shadow.store };
      return call.kind === 'interactions'
        ? compareInteractions(stores, partition, call.after, COMPARED)
        : compareProfiles(stores, partition, call.after, COMPARED, call.certainties);
    }
  }
}

function isOwned({ hosted }: OpenGeneration, partition: number): boolean {
  return hosted.shard.partitions.get(partition)?.runner.isOwner === true;
}

/** Of the next rows of what a partition told last, those of the wanted partitions of `topology`. */
function toldSlice(
  store: Store,
  partition: number,
  { partitions, after }: Extract<GenerationCall, { kind: 'told' }>,
  topology: Topology,
): ToldSlice {
  const wanted = new Set(partitions);
  const start = partitionPrefix(partition) + TOLD_ROWS;
  const from = after === '' ? start : `${start}${after} `;
  const rows = store.range(from, `${start}\x7f`, { limit: TOLD });
  const told = rows.flatMap(([key, row]): [number, string, Uint8Array][] => {
    const subject = key.slice(start.length) as FeedSubject;
    const home = partitionOf(topology, isEvidenceId(subject) ? actorOf(subject) : subject);
    return wanted.has(home) ? [[home, subject, row]] : [];
  });
  const last = rows.at(-1)?.[0].slice(start.length) ?? null;
  return { told, next: rows.length < TOLD ? null : last };
}
