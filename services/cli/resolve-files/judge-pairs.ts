/** Judges the certainty of pairs by a file of true clusters. */
import { PartitionBatch } from '../../../shared/cluster/partition-batch.ts';
import type { ReaderContext } from '../../../shared/cluster/reader.ts';
import { strongestProposal } from '../../../shared/domain/actors/pair-home.ts';
import { unpackProfile } from '../../../shared/domain/actors/state-codec.ts';
import type { ProfileId } from '../../../shared/domain/identifier.ts';
import {
  addJudged,
  type JudgedCount,
  type Reliability,
  reliabilityOf,
} from '../../../shared/learning/reliability.ts';
import { readClusterFile, recordKeyOf } from '../evaluate/cluster-file.ts';
import type { RecordVersion, ResolveFilesInput } from './resolve-files.ts';

/** Profiles read at a time: each comes with all its pairs. */
const READ_PROFILES = 2_000;

/** Throws `CliError` (exit 2) when the file is no truth file. */
export async function readTruth(path: string): Promise<NonNullable<ResolveFilesInput['truthOf']>> {
  const { labelByRecord } = await readClusterFile(path, {
    recordColumns: null,
    clusterColumns: ['entity_id', 'cluster_id', 'customer_id'],
  });
  return (source, recordId) => labelByRecord.get(recordKeyOf([source, recordId])) ?? null;
}

/**
 * Every proposed pair of profiles whose truth is known, once, under its strongest certainty. A
 * profile that holds records of several true clusters is left out.
 */
export async function judgePairs(
  { port, topology }: ReaderContext,
  versions: readonly RecordVersion[],
  truthOf: NonNullable<ResolveFilesInput['truthOf']>,
  signal: AbortSignal,
): Promise<Reliability> {
  const truths = new Map<ProfileId, number | null>();
  for (const { source, recordId, profile } of versions) {
    const truth = truthOf(source, recordId);
    const known = truths.get(profile);
    truths.set(profile, known === undefined || known === truth ? truth : null);
  }
  const judged = new Map<number, JudgedCount>();
  const profiles = Array.from(truths.keys());
  for (let start = 0; start < profiles.length; start += READ_PROFILES) {
    const batch = new PartitionBatch(topology);
    for (const profile of profiles.slice(start, start + READ_PROFILES)) {
      batch.askProfile(profile, 0);
    }
    await batch.run(port, { signal });
    for (const [low, answer] of batch.profiles) {
      const own = truths.get(low) ?? null;
      if (answer === null || own === null) continue;
      for (const [high, pair] of unpackProfile(answer[0]).pairs) {
        const other = truths.get(high) ?? null;
        const best = strongestProposal(pair);
        if (other !== null && best !== null) addJudged(judged, best.certainty, own === other);
      }
    }
  }
  return reliabilityOf(judged);
}
