/** Judges the certainty of pairs by a file of true clusters. */
import { edgesOf } from '../../../shared/domain/batch/batch-edges.ts';
import type { BatchProfiles } from '../../../shared/domain/batch/batch-profiles.ts';
import type { ProfileId } from '../../../shared/domain/identifier.ts';
import type { RulesIndex } from '../../../shared/domain/rules.ts';
import {
  addJudged,
  type JudgedCount,
  type Reliability,
  reliabilityOf,
} from '../../../shared/learning/reliability.ts';
import { readClusterFile, recordKeyOf } from '../evaluate/cluster-file.ts';
import type { RecordVersion, ResolveFilesInput } from './resolve-files.ts';

/** Throws `CliError` (exit 2) when the file is no truth file. */
export async function readTruth(path: string): Promise<NonNullable<ResolveFilesInput['truthOf']>> {
  const { labelByRecord } = await readClusterFile(path, {
    recordColumns: null,
    clusterColumns: ['entity_id', 'cluster_id', 'customer_id'],
  });
  return (source, recordId) => labelByRecord.get(recordKeyOf([source, recordId])) ?? null;
}

/**
 * Every pair of profiles that is proposed at or above the review floor and whose truth is known,
 * once, under its strongest certainty. A profile that holds records of several true clusters is
 * left out.
 */
export function judgePairs(
  index: RulesIndex,
  profiles: BatchProfiles,
  versions: readonly RecordVersion[],
  truthOf: NonNullable<ResolveFilesInput['truthOf']>,
): Reliability {
  const truths = new Map<ProfileId, number | null>();
  for (const { source, recordId, profile } of versions) {
    const truth = truthOf(source, recordId);
    const known = truths.get(profile);
    truths.set(profile, known === undefined || known === truth ? truth : null);
  }
  const truthAt = profiles.ids.map((id) => truths.get(id) ?? null);
  const judged = new Map<number, JudgedCount>();
  for (const { low, high, certainty } of edgesOf(index, profiles, {
    floor: index.rules.reviewFloor,
  })) {
    const [own, other] = [truthAt[low] ?? null, truthAt[high] ?? null];
    if (own !== null && other !== null) addJudged(judged, certainty, own === other);
  }
  return reliabilityOf(judged);
}
