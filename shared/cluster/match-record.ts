/**
 * Matching a whole record against what is known, without storing it.
 *
 * The record is routed as ingress would, its keys are asked who holds them, and the holders are
 * scored by the scorer and the declared certainties of the rules, as if the record had arrived.
 *
 *  M1 nothing is written: only queries are sent;
 *  M2 work is bounded: at most `CANDIDATES_MAX` profiles are scored, those that share the most keys
 *     first; an answer from fewer than all says so;
 *  M3 limits and exclusivity are looked for between the record and the candidates of one customer
 *     taken together, not those of its profiles that share nothing with the record.
 */
import { unpackProfile } from '../domain/actors/profile-codec.ts';
import type { ProfileState } from '../domain/actors/states.ts';
import { bandOf } from '../domain/band.ts';
import { clusterComponent } from '../domain/clustering.ts';
import type { ComponentEdge, ComponentMember, LimitedValue } from '../domain/component.ts';
import { compareText, type KeyId, type ProfileId } from '../domain/identifier.ts';
import type { PartyInput, RoutedParty } from '../domain/interaction.ts';
import { declaredTerms, scoreTerms, type Term } from '../domain/matching/contributions.ts';
import { type Digest, digestOfFacts, type Fact } from '../domain/matching/digest.ts';
import {
  declaredCertainty,
  indexRules,
  type QuarterBits,
  type RulesIndex,
} from '../domain/rules.ts';
import { routeInteraction } from '../ingress/routing.ts';
import { ClusterError, type FieldViolation } from '../protocol/cluster.ts';
import type { RecordMatch, RecordMatches } from '../protocol/explanations.ts';
import { contributionOf, refusalText } from './explained-edges.ts';
import { type AskOptions, PartitionBatch } from './partition-batch.ts';
import { asProbability, matchOf, type ReaderContext } from './reader.ts';

/** Profiles scored for one record; a key that proposes has at most its cap of holders (64). */
const CANDIDATES_MAX = 1_000;
/** The record's own place in a component; no profile has such an id. */
const RECORD = '' as ProfileId;

/** What proposes a candidate. */
interface Proposals {
  /** Namespaces with a declared certainty: of an anchor that it is, of evidence that it shares. */
  readonly declared: { readonly namespace: string; readonly certainty: QuarterBits }[];
  /** Keys whose pairs are scored. */
  scored: number;
}

/** A candidate that is not to be ignored. */
interface Fit {
  readonly profile: ProfileId;
  readonly state: ProfileState;
  readonly weighed: Weighed;
}

interface Weighed {
  readonly certainty: QuarterBits;
  readonly terms: readonly Term[];
}

/**
 * The customers that a record may belong to, at most `maxMatches`, the most certain first. Throws
 * `invalid_argument` with the fields of a record that ingress would reject.
 */
export async function matchRecord(
  context: ReaderContext,
  record: PartyInput,
  maxMatches: number,
  minCertainty: QuarterBits,
  options: AskOptions,
): Promise<RecordMatches> {
  const rules = indexRules(context.rules.rules);
  const { party, dropped } = routeRecord(context, record);
  const batch = new PartitionBatch(context.topology);
  for (const { key, kind } of party.values) if (kind !== 'context') batch.askKey(key);
  await batch.run(context.port, options);
  const { candidates, generic } = proposed(rules, party, batch);
  const taken = mostShared(candidates);
  for (const profile of taken.keys()) batch.askProfile(profile, 0);
  await batch.run(context.port, options);
  const digest = digestOfRecord(rules, party, generic);
  const own = memberOf(rules, party, digest, generic);
  const fits: Fit[] = [];
  for (const [profile, proposals] of taken) {
    const answer = batch.profiles.get(profile) ?? null;
    if (answer === null) continue;
    const state = unpackProfile(answer[0]);
    const weighed = weigh(rules, digest, state, proposals);
    if (weighed !== null && weighed.certainty >= rules.rules.reviewFloor)
      fits.push({ profile, state, weighed });
  }
  const matches = byCustomer(context, rules, own, fits, minCertainty);
  const fitting = matches.filter(({ band, refusal }) => band === 'merge' && refusal === null);
  return {
    matches: matches.slice(0, maxMatches),
    isAmbiguous: fitting.length > 1,
    candidates: candidates.size,
    isTruncated: candidates.size > taken.size,
    dropped,
  };
}

function routeRecord(
  { rules }: ReaderContext,
  record: PartyInput,
): { readonly party: RoutedParty; readonly dropped: readonly FieldViolation[] } {
  const content = { source: 'match', interactionId: 'match', revision: 0, type: 'match' };
  const input = {
    ...content,
    channel: 'match',
    occurredAt: 0,
    parties: [record],
    propertiesJson: '{}',
  };
  const routed = routeInteraction(rules, input, 0);
  const [party] = routed.kind === 'routed' ? routed.interaction.parties : [];
  if (routed.kind === 'routed' && party !== undefined) return { party, dropped: routed.dropped };
  const violations = routed.kind === 'rejected' ? routed.violations : [];
  throw new ClusterError('invalid_argument', 'the record has wrong fields', { violations });
}

/** Who may be meant, by anchors and by keys; and the record's values that count for nothing. */
function proposed(rules: RulesIndex, party: RoutedParty, { keys }: PartitionBatch) {
  const candidates = new Map<ProfileId, Proposals>();
  const of = (profile: ProfileId): Proposals => {
    let known = candidates.get(profile);
    if (known === undefined) candidates.set(profile, (known = { declared: [], scored: 0 }));
    return known;
  };
  const anchors = party.others.filter(({ kind }) => kind === 'person');
  if (party.profileKind === 'person') anchors.push({ ...party, kind: 'person' });
  for (const { profile, namespace } of anchors) {
    const entry = rules.byName.get(namespace);
    if (entry === undefined) continue;
    of(profile).declared.push({ namespace, certainty: declaredCertainty(entry) });
  }
  const mutedKeys = new Set<KeyId>();
  const generic = new Set<string>();
  for (const { key, namespace, value, kind } of party.values) {
    if (kind !== 'evidence' || keys.get(key)?.[1] !== null) continue;
    mutedKeys.add(key);
    generic.add(`${namespace} ${value}`);
  }
  for (const { key, namespace, kind, bases } of party.values) {
    const answer = keys.get(key) ?? null;
    const entry = rules.byName.get(namespace);
    if (kind === 'context' || answer === null || entry === undefined) continue;
    const [, holders] = answer;
    if (holders === null) continue;
    if (bases.length > 0 && bases.every((basis) => basis.some((each) => mutedKeys.has(each))))
      continue;
    // With the record the key would have one holder more.
    if (holders.length >= entry.holderCap) continue;
    for (const holder of holders) {
      if (entry.certainty === null) of(holder).scored++;
      else of(holder).declared.push({ namespace, certainty: entry.certainty });
    }
  }
  return { candidates, generic };
}

/** M2. */
function mostShared(candidates: ReadonlyMap<ProfileId, Proposals>): Map<ProfileId, Proposals> {
  if (candidates.size <= CANDIDATES_MAX) return new Map(candidates);
  const shared = ({ declared, scored }: Proposals): number => declared.length * 1_000 + scored;
  const sorted = [...candidates].sort(
    ([left, one], [right, two]) => shared(two) - shared(one) || compareText(left, right),
  );
  return new Map(sorted.slice(0, CANDIDATES_MAX));
}

function digestOfRecord(
  { scorer }: RulesIndex,
  party: RoutedParty,
  generic: ReadonlySet<string>,
): Digest {
  const anchors = [...party.others];
  if (party.profileKind === 'person') anchors.push({ ...party, kind: 'person' });
  const values = party.values.filter(({ kind }) => kind !== 'derived');
  const named = [...anchors, ...values].map(({ namespace, value }): Fact => [namespace, value]);
  const facts = [...party.facts, ...named].filter(
    ([name, text]) => scorer?.compares(name) === true && !generic.has(`${name} ${text}`),
  );
  return digestOfFacts(facts);
}

/** The record as clustering sees a profile, but for limits by calendar, for it has no date. */
function memberOf(
  rules: RulesIndex,
  party: RoutedParty,
  digest: Digest,
  generic: ReadonlySet<string>,
): ComponentMember {
  const limited: LimitedValue[] = [];
  for (const { namespace, value } of [party, ...party.others, ...party.values]) {
    const entry = rules.byName.get(namespace);
    const isOfAllTime = entry?.limit === null ? entry.exclusive : entry?.limit.window === 'ever';
    if (!isOfAllTime || generic.has(`${namespace} ${value}`)) continue;
    limited.push([namespace, 0, value]);
  }
  return { profile: RECORD, receivedAt: null, limited, labels: [], cannotLinks: [], digest };
}

/** The strongest of what proposes the candidate; null when nothing that is compared does. */
function weigh(
  { scorer }: RulesIndex,
  digest: Digest,
  state: ProfileState,
  { declared, scored }: Proposals,
): Weighed | null {
  let best: Weighed | null = null;
  for (const { namespace, certainty } of declared) {
    if (best !== null && best.certainty >= certainty) continue;
    best = { certainty, terms: declaredTerms(namespace, certainty, 0, certainty) };
  }
  if (scored === 0 || scorer === null) return best;
  const score = scorer.explain(digest, state.digest);
  if (best !== null && best.certainty >= score.certainty) return best;
  return { certainty: score.certainty, terms: scoreTerms(score, score.certainty) };
}

/** One match a customer: the profile that fits best. */
function byCustomer(
  context: ReaderContext,
  rules: RulesIndex,
  own: ComponentMember,
  fits: readonly Fit[],
  minCertainty: QuarterBits,
): RecordMatch[] {
  const groups = new Map<string, Fit[]>();
  for (const fit of fits) {
    const { customerId } = matchOf(context, fit.profile, fit.state.ladder, minCertainty);
    const known = groups.get(customerId);
    if (known === undefined) groups.set(customerId, [fit]);
    else known.push(fit);
  }
  const matches = Array.from(groups, ([customerId, group]): RecordMatch => {
    const best = group.reduce((one, two) => (isBetter(two, one) ? two : one));
    const { certainty, terms } = best.weighed;
    return {
      customerId,
      profileRef: context.references.profileRef(best.profile),
      certainty: asProbability(certainty),
      quarterBits: certainty,
      band: bandOf(rules.rules, certainty),
      refusal: refusalOf(rules, own, best, group),
      contributions: terms.map(contributionOf),
    };
  });
  return matches.sort(compareMatches);
}

function isBetter(left: Fit, right: Fit): boolean {
  const difference = left.weighed.certainty - right.weighed.certainty;
  return difference > 0 || (difference === 0 && left.profile < right.profile);
}

/** Why the record and the customer could not be one whatever the certainty; null: they could (M3). */
function refusalOf(
  rules: RulesIndex,
  own: ComponentMember,
  { profile, state, weighed: { certainty } }: Fit,
  group: readonly Fit[],
): string | null {
  if (certainty < rules.rules.clusterFloor) return null;
  const [receivedAt, , labels, cannotLinks, digest] = state.vertex;
  const limited = group.flatMap((fit) => fit.state.vertex[1]);
  const other = { profile, receivedAt, limited, labels, cannotLinks, digest };
  const strength = { certainty, support: 0, priority: Number.MAX_SAFE_INTEGER };
  const edge: ComponentEdge = { low: RECORD, high: profile, ...strength, mustLink: false };
  const [refused] = clusterComponent(rules, [own, other], [edge]).refused;
  return refused === undefined ? null : refusalText(refused.reason);
}

/** What may join before what may not; then by certainty, then by customer. */
function compareMatches(left: RecordMatch, right: RecordMatch): number {
  return (
    Number(left.refusal !== null) - Number(right.refusal !== null) ||
    right.quarterBits - left.quarterBits ||
    compareText(left.customerId, right.customerId)
  );
}
