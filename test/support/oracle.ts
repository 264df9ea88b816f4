/**
 * The oracle: the right answer by brute force, for every other test to compare with.
 *
 * An independent implementation of ARCHITECTURE.md section 2, written from that text alone and
 * sharing with the system only types and calendar arithmetic. It recomputes everything from the
 * whole bag of events; clarity before speed. Routing (S2, S3) stands in `oracle-routing.ts`.
 *
 * Not covered: S1 (normalisation) and S16 (customer ids), which are not functions of the evidence.
 * S17: components are never cut; those above the cap are listed as `oversized`, for there
 * arrival order may show and a comparison has to leave them out.
 */
import { EMPTY_DIGEST } from '../../shared/domain/matching/digest.ts';
import { compareText } from '../../shared/domain/identifier.ts';
import type { InteractionId, ProfileId } from '../../shared/domain/identifier.ts';
import type {
  ComponentEdge,
  ComponentMember,
  Ladder,
  LimitedValue,
  RefusalReason,
} from '../../shared/domain/component.ts';
import { bucketOf, indexRules } from '../../shared/domain/rules.ts';
import type { QuarterBits, Rules, RulesIndex } from '../../shared/domain/rules.ts';
import { clusterComponent, laddersOf, viewAt } from './oracle-clustering.ts';
import { findDigests } from './oracle-digests.ts';
import { findEdges } from './oracle-edges.ts';
import type { OracleDeviceUse, OracleValue } from './oracle-edges.ts';
import type { OracleEvent } from './oracle-events.ts';
import { readLiveEvidence } from './oracle-live.ts';
import type { LiveEvidence, LiveObservation } from './oracle-live.ts';
import { openOfComponent, openReviewEdges, sortOpen, withSince } from './oracle-open.ts';
import type { OracleOpen } from './oracle-open.ts';

/** A profile's customer in the view at the cluster floor; `certainty` null: alone, p = 1. */
export interface OracleCustomer {
  readonly profile: ProfileId;
  readonly founder: ProfileId;
  readonly certainty: QuarterBits | null;
}

/** S18, summed over the live interactions that show it. */
export interface OracleRelationship {
  readonly profile: ProfileId;
  readonly role: string;
  readonly other: ProfileId;
  readonly otherRole: string;
  /** Distinct live interactions. */
  readonly interactions: number;
}

/** Which customer a party of a live interaction belongs to. */
export interface OracleAttribution {
  readonly interaction: InteractionId;
  readonly party: number;
  readonly profile: ProfileId;
  readonly day: number;
  readonly founder: ProfileId;
}

/** Plain data; every list is sorted by its leading ids (edges by low, then high). */
export interface OracleOutcome {
  /**
   * Profiles with live observations, profiles named by a live decision, and ends of edges (another
   * anchor of a party is a profile too). Any other profile stands alone, with an empty ladder.
   */
  readonly profiles: readonly ComponentMember[];
  /** One a pair, at or above the review floor. */
  readonly edges: readonly ComponentEdge[];
  /** Those of `edges` below the cluster floor. */
  readonly reviewEdges: readonly ComponentEdge[];
  /** Members sorted; singletons included; sorted by first member. */
  readonly components: readonly (readonly ProfileId[])[];
  /** Components with more profiles than the cap. */
  readonly oversized: readonly (readonly ProfileId[])[];
  readonly ladders: readonly (readonly [ProfileId, Ladder])[];
  readonly customers: readonly OracleCustomer[];
  readonly accepted: readonly ComponentEdge[];
  readonly refused: readonly { readonly edge: ComponentEdge; readonly reason: RefusalReason }[];
  /** S22: how values (`=k` and the key) and deliveries (`=c` and the actor) stand by orders. */
  readonly orders: LiveEvidence['orders'];
  /** S24; sorted by text. */
  readonly open: readonly OracleOpen[];
  readonly values: readonly OracleValue[];
  readonly deviceUses: readonly OracleDeviceUse[];
  readonly relationships: readonly OracleRelationship[];
  readonly attributions: readonly OracleAttribution[];
}

function compareEdgeEnds(left: ComponentEdge, right: ComponentEdge): number {
  return compareText(left.low, right.low) || compareText(left.high, right.high);
}

/** S13: limited values of one profile, sorted by (namespace, bucket, value). */
function limitedValuesOf(
  index: RulesIndex,
  observations: readonly LiveObservation[],
): LimitedValue[] {
  const found = new Map<string, LimitedValue>();
  for (const observation of observations) {
    for (const carried of [observation, ...observation.others, ...observation.values]) {
      const rules = index.byName.get(carried.namespace);
      if (rules === undefined || (rules.limit === null && !rules.exclusive)) continue;
      const bucket = bucketOf(rules.limit?.window ?? 'ever', observation.day);
      found.set(`${rules.name}\n${bucket}\n${carried.value}`, [rules.name, bucket, carried.value]);
    }
  }
  return [...found.values()].sort(
    (left, right) =>
      compareText(left[0], right[0]) || left[1] - right[1] || compareText(left[2], right[2]),
  );
}

/** What clustering knows of every profile, sorted by profile. */
function describeProfiles(
  index: RulesIndex,
  evidence: LiveEvidence,
  counted: readonly LiveObservation[],
  edges: readonly ComponentEdge[],
): ComponentMember[] {
  const observations = new Map<ProfileId, LiveObservation[]>();
  for (const profile of evidence.decided) observations.set(profile, []);
  for (const { low, high } of edges) observations.set(low, []).set(high, []);
  for (const observation of counted) {
    const held = observations.get(observation.profile) ?? [];
    held.push(observation);
    observations.set(observation.profile, held);
  }
  const digests = findDigests(index, counted);
  const cannotLinks = new Map<ProfileId, ProfileId[]>();
  for (const { low, high, mustLink } of evidence.links) {
    if (mustLink) continue;
    cannotLinks.set(low, [...(cannotLinks.get(low) ?? []), high]);
    cannotLinks.set(high, [...(cannotLinks.get(high) ?? []), low]);
  }
  return [...observations]
    .map(([profile, own]) => ({
      profile,
      receivedAt:
        own.length === 0
          ? null
          : own.reduce(
              (least, { receivedAt }) => Math.min(least, receivedAt),
              Number.POSITIVE_INFINITY,
            ),
      limited: limitedValuesOf(index, own),
      labels: [...(evidence.labels.get(profile) ?? [])].sort(
        (left, right) => compareText(left[0], right[0]) || compareText(left[1], right[1]),
      ),
      cannotLinks: [...(cannotLinks.get(profile) ?? [])].sort(compareText),
      digest: digests.get(profile) ?? EMPTY_DIGEST,
    }))
    .sort((left, right) => compareText(left.profile, right.profile));
}

interface Component {
  readonly members: readonly ComponentMember[];
  readonly edges: readonly ComponentEdge[];
}

/** S12: profiles connected by the given edges; members and edges keep the order given. */
function findComponents(
  members: readonly ComponentMember[],
  edges: readonly ComponentEdge[],
): Component[] {
  const links = new Map<ProfileId, ProfileId[]>();
  for (const { profile } of members) links.set(profile, []);
  for (const { low, high } of edges) {
    links.get(low)?.push(high);
    links.get(high)?.push(low);
  }
  const componentOf = new Map<ProfileId, { members: ComponentMember[]; edges: ComponentEdge[] }>();
  const components = new Set<{ members: ComponentMember[]; edges: ComponentEdge[] }>();
  for (const { profile: start } of members) {
    if (componentOf.has(start)) continue;
    const component = { members: [], edges: [] };
    components.add(component);
    componentOf.set(start, component);
    const pending = [start];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      for (const neighbour of links.get(next) ?? []) {
        if (componentOf.has(neighbour)) continue;
        componentOf.set(neighbour, component);
        pending.push(neighbour);
      }
    }
  }
  for (const member of members) componentOf.get(member.profile)?.members.push(member);
  for (const edge of edges) componentOf.get(edge.low)?.edges.push(edge);
  return [...components];
}

/** S18. */
function findRelationships(observations: readonly LiveObservation[]): OracleRelationship[] {
  const parties = new Map<InteractionId, LiveObservation[]>();
  for (const observation of observations) {
    const held = parties.get(observation.interaction) ?? [];
    held.push(observation);
    parties.set(observation.interaction, held);
  }
  const found = new Map<string, OracleRelationship & { seen: Set<InteractionId> }>();
  for (const [interaction, together] of parties) {
    for (const { profile, role } of together) {
      for (const { profile: other, role: otherRole } of together) {
        if (profile === other) continue;
        const key = `${profile}\n${role}\n${other}\n${otherRole}`;
        const seen = found.get(key)?.seen ?? new Set();
        seen.add(interaction);
        found.set(key, { profile, role, other, otherRole, interactions: seen.size, seen });
      }
    }
  }
  return [...found.values()]
    .map(({ seen: _seen, ...relationship }) => relationship)
    .sort(
      (left, right) =>
        compareText(left.profile, right.profile) ||
        compareText(left.role, right.role) ||
        compareText(left.other, right.other) ||
        compareText(left.otherRole, right.otherRole),
    );
}

function attribute(
  observations: readonly LiveObservation[],
  customers: ReadonlyMap<ProfileId, OracleCustomer>,
): OracleAttribution[] {
  return observations
    .map(({ interaction, party, profile, day }) => ({
      interaction,
      party,
      profile,
      day,
      founder: customers.get(profile)?.founder ?? profile,
    }))
    .sort(
      (left, right) => compareText(left.interaction, right.interaction) || left.party - right.party,
    );
}

/**
 * The right answer for a bag of events under `rules`; the same for every order of the events.
 * `rules.namespaces` must be sorted by name.
 */
export function runOracle(rules: Rules, events: readonly OracleEvent[]): OracleOutcome {
  const index = indexRules(rules);
  const evidence = readLiveEvidence(events);
  const { counted, edges, values, deviceUses, proposedOn } = findEdges(index, evidence);
  const profiles = describeProfiles(index, evidence, counted, edges);
  const components = findComponents(
    profiles,
    edges.filter(({ certainty }) => certainty >= rules.clusterFloor),
  );

  const ladders: [ProfileId, Ladder][] = [];
  const customers = new Map<ProfileId, OracleCustomer>();
  const accepted: ComponentEdge[] = [];
  const refused: { edge: ComponentEdge; reason: RefusalReason }[] = [];
  const reviewEdges = edges.filter(({ certainty }) => certainty < rules.clusterFloor);
  const open = openReviewEdges(reviewEdges, evidence.links);
  for (const component of components) {
    const clusters = clusterComponent(index, component.members, component.edges);
    accepted.push(...clusters.accepted);
    refused.push(...clusters.refused);
    ladders.push(...laddersOf(component.members, clusters.accepted, clusters.refused));
    const view = viewAt(component.members, clusters.accepted, rules.clusterFloor);
    for (const [profile, standing] of view) customers.set(profile, { profile, ...standing });
    const founders = new Map([...view].map(([profile, { founder }]) => [profile, founder]));
    open.push(
      ...openOfComponent(component.members, founders, clusters.refused, clusters.overruled),
    );
  }

  const memberIds = components.map(({ members }) => members.map(({ profile }) => profile));
  return {
    profiles,
    edges,
    reviewEdges,
    open: sortOpen(withSince(open, proposedOn)),
    components: memberIds,
    oversized: memberIds.filter(({ length }) => length > rules.componentCap),
    ladders: ladders.sort((left, right) => compareText(left[0], right[0])),
    customers: [...customers.values()].sort((left, right) =>
      compareText(left.profile, right.profile),
    ),
    accepted: accepted.sort(compareEdgeEnds),
    refused: refused.sort((left, right) => compareEdgeEnds(left.edge, right.edge)),
    orders: evidence.orders,
    values,
    deviceUses,
    relationships: findRelationships(evidence.observations),
    attributions: attribute(evidence.observations, customers),
  };
}
