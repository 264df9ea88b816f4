/** Resolves a data set as `selfsame resolve-files` does: every record an interaction of one party. */
import { fitRules } from '../../services/cli/resolve-files/fit-rules.ts';
import { forEachProposedPair } from '../../shared/domain/batch/batch-edges.ts';
import { BatchEvidence } from '../../shared/domain/batch/batch-evidence.ts';
import { type BatchProfiles, profilesOf } from '../../shared/domain/batch/batch-profiles.ts';
import { resolveBatch } from '../../shared/domain/batch/resolve-batch.ts';
import { readLadder } from '../../shared/domain/component.ts';
import type { Identifier, ProfileId } from '../../shared/domain/identifier.ts';
import type { InteractionInput } from '../../shared/domain/interaction.ts';
import type { Digest } from '../../shared/domain/matching/digest.ts';
import { type ModelScorer, scorerOf } from '../../shared/domain/matching/scorer.ts';
import { indexRules, type Rules, type RulesIndex } from '../../shared/domain/rules.ts';
import { compileRules, routeInteraction } from '../../shared/ingress/routing.ts';
import type { QualityRecord } from './quality-record.ts';

export interface BatchOutcome {
  /** By record; records of one label are one customer. */
  readonly labels: Int32Array;
  readonly customers: number;
  readonly candidates: number;
  readonly blockingRecall: number;
  readonly keysPerRecord: number;
  readonly rules: Rules;
  readonly alarm: string | null;
  readonly scorer: ModelScorer;
  /** By record. */
  readonly digests: readonly Digest[];
  /** By namespace: pairs proposed, and true pairs that no namespace before it proposed. */
  readonly keyGain: readonly (readonly [string, number, number])[];
}

export interface ProfiledRecords {
  readonly profiles: BatchProfiles;
  /** Profile of each record. */
  readonly profileOf: readonly ProfileId[];
}

/** Names the record in a cluster; a bare `0` would be junk. */
export function recordIdentifier(id: string): Identifier {
  return { namespace: 'source_record', value: `quality:${id}` };
}

/** The record as a client would send it; `source_record` makes a profile of each. */
export function inputOf({ id, attributes, identifiers }: QualityRecord): InteractionInput {
  const own = recordIdentifier(id);
  return {
    source: 'quality',
    interactionId: id,
    revision: 0,
    type: 'record',
    channel: 'file',
    occurredAt: 0,
    parties: [{ role: 'subject', identifiers: [own, ...identifiers], attributes }],
    propertiesJson: '{}',
  };
}

/** Throws for a record that is rejected. */
export function profilesOfRecords(
  index: RulesIndex,
  records: readonly QualityRecord[],
): ProfiledRecords {
  const compiled = compileRules(index.rules);
  const evidence = new BatchEvidence();
  const profileOf = records.map((record): ProfileId => {
    const routed = routeInteraction(compiled, inputOf(record), 0);
    if (routed.kind === 'rejected') {
      throw new Error(`record ${record.id}: ${JSON.stringify(routed.violations)}`);
    }
    evidence.add(routed.interaction);
    return (routed.interaction.parties[0] as { profile: ProfileId }).profile;
  });
  return { profiles: profilesOf(index, evidence), profileOf };
}

/** For rules that score. */
export function resolveRecords(
  records: readonly QualityRecord[],
  given: Rules,
  isFitted: boolean,
): BatchOutcome {
  if (given.scoring === null) throw new Error('these rules score nothing');
  const { profiles, profileOf } = profilesOfRecords(indexRules(given), records);
  const { rules, alarm, compared } = isFitted
    ? fitRules(given, given.scoring, profiles)
    : { rules: given, alarm: null, compared: null };
  const { ladders } = resolveBatch(indexRules(rules), profiles, compared);
  const labelOf = new Map<ProfileId, number>();
  const labels = Int32Array.from(profileOf, (profile) => {
    const ladder = ladders.get(profile);
    if (ladder === undefined) throw new Error('a record has no profile');
    const { founder } = readLadder(profile, ladder, rules.clusterFloor);
    const label = labelOf.get(founder) ?? labelOf.size;
    labelOf.set(founder, label);
    return label;
  });
  const numbers = profileOf.map((profile) => profiles.indexOf.get(profile) as number);
  return {
    labels,
    customers: labelOf.size,
    ...judgeCandidates(records, profiles, numbers),
    keysPerRecord: profiles.holdings.heldKeys.length / records.length,
    rules,
    alarm,
    scorer: scorerOf(rules.scoring ?? given.scoring),
    digests: numbers.map((number) => profiles.digests[number] as Digest),
    keyGain: keyGain(records, profiles, numbers),
  };
}

function truthByProfile(
  records: readonly QualityRecord[],
  profiles: BatchProfiles,
  numbers: readonly number[],
): (string | undefined)[] {
  const truth = profiles.ids.map((): string | undefined => undefined);
  for (const [record, number] of numbers.entries()) truth[number] = records[record]?.truth;
  return truth;
}

function judgeCandidates(
  records: readonly QualityRecord[],
  profiles: BatchProfiles,
  numbers: readonly number[],
): Pick<BatchOutcome, 'candidates' | 'blockingRecall'> {
  const truth = truthByProfile(records, profiles, numbers);
  let candidates = 0;
  let found = 0;
  forEachProposedPair(profiles, (one, two) => {
    candidates++;
    if (truth[one] !== undefined && truth[one] === truth[two]) found++;
  });
  const sizes = new Map<string, number>();
  for (const { truth: entity } of records) sizes.set(entity, (sizes.get(entity) ?? 0) + 1);
  let all = 0;
  for (const size of sizes.values()) all += (size * (size - 1)) / 2;
  return { candidates, blockingRecall: found / all };
}

/** Room for 2^26 profiles in one number for a pair, exact in a double. */
const PAIR = 2 ** 26;

/** Only for `--verbose`: remembers every true pair. */
function keyGain(
  records: readonly QualityRecord[],
  profiles: BatchProfiles,
  numbers: readonly number[],
): BatchOutcome['keyGain'] {
  if (!process.argv.includes('--verbose')) return [];
  const truth = truthByProfile(records, profiles, numbers);
  const { proposing, keyStarts, holders } = profiles.holdings;
  const seen = new Set<number>();
  const gain = new Map<string, [number, number]>();
  const keys = Array.from(proposing.keys()).filter((key) => proposing[key] !== null);
  const nameOf = (key: number): string => proposing[key]?.name ?? '';
  for (const key of keys.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))) {
    const counts = gain.get(nameOf(key)) ?? [0, 0];
    gain.set(nameOf(key), counts);
    const held = holders.subarray(keyStarts[key], keyStarts[key + 1]);
    for (const [position, one] of held.entries()) {
      for (const two of held.subarray(position + 1)) {
        counts[0]++;
        const pair = one * PAIR + two;
        if (truth[one] !== truth[two] || seen.has(pair)) continue;
        seen.add(pair);
        counts[1]++;
      }
    }
  }
  return [...gain].map(([name, [all, gained]]) => [name, all, gained] as const);
}
