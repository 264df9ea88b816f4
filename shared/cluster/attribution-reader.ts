/**
 * Whose an interaction is: each party's customer and certainty, by shares where a shared device is
 * all that is known of it (ARCHITECTURE S26).
 */
import { unpackProfile } from '../domain/actors/profile-codec.ts';
import type { ProfileState } from '../domain/actors/states.ts';
import { type DeviceShare, deviceShares, shareCertainty } from '../domain/attribution.ts';
import { readLadder } from '../domain/component.ts';
import { devicePersons } from '../domain/device.ts';
import { compareText, type ProfileId } from '../domain/identifier.ts';
import { CERTAIN, dayOf, type QuarterBits } from '../domain/rules.ts';
import { interactionIdOf } from '../ingress/hashing.ts';
import type {
  AttributionShare,
  InteractionAttribution,
  PartyAttribution,
} from '../protocol/attribution.ts';
import { type AskOptions, PartitionBatch } from './partition-batch.ts';
import { asProbability, type ReaderContext, unpackLadder } from './reader.ts';

const KINDS = ['person', 'persona', 'device', 'interaction'] as const;
const DEVICE = 2;
/** Most shares told of one party; a kiosk has more persons than anyone reads. */
const SHARES_MAX = 20;

/** The attribution of the live version of an interaction; null: never sent, or taken back. */
export async function readAttribution(
  context: ReaderContext,
  source: string,
  interactionId: string,
  minCertainty: QuarterBits,
  options: AskOptions,
): Promise<InteractionAttribution | null> {
  const id = interactionIdOf(source, interactionId);
  const first = new PartitionBatch(context.topology);
  first.askInteraction(id);
  await first.run(context.port, options);
  const interaction = first.interactions.get(id) ?? null;
  if (interaction === null) return null;
  const [occurredAt, parties] = interaction;
  const batch = new PartitionBatch(context.topology);
  for (const [, profile] of parties) batch.askProfile(profile, 0);
  await batch.run(context.port, options);
  const states = new Map<ProfileId, ProfileState>();
  for (const [profile, answer] of batch.profiles) {
    if (answer !== null) states.set(profile, unpackProfile(answer[0]));
  }
  for (const [, profile, kind] of parties) {
    if (kind !== DEVICE) continue;
    for (const seen of states.get(profile)?.seenBy.keys() ?? []) batch.askLadder(seen);
  }
  await batch.run(context.port, options);
  const attributed = parties.flatMap(([role, profile, kind, namespace]): PartyAttribution[] => {
    const state = states.get(profile);
    if (state === undefined) return [];
    const own = { role, profileRef: context.references.profileRef(profile), kind: KINDS[kind] };
    const found =
      kind === DEVICE
        ? ofDevice(context, batch, profile, state, namespace, dayOf(occurredAt), minCertainty)
        : ofProfile(context, profile, state, minCertainty);
    return [{ ...own, ...found }];
  });
  return { source, interactionId, occurredAt, parties: attributed };
}

type Found = Omit<PartyAttribution, 'role' | 'profileRef' | 'kind'>;

/** What is known by a person, a persona or alone is its profile's. */
function ofProfile(
  { references }: ReaderContext,
  profile: ProfileId,
  { ladder }: ProfileState,
  minCertainty: QuarterBits,
): Found {
  const { founder, certainty } = readLadder(profile, unpackLadder(ladder), minCertainty);
  const customerId = references.customerId(founder);
  const probability = asProbability(certainty);
  const share = { customerId, share: 1, certainty: probability };
  return { basis: 'profile', customerId, certainty: probability, shares: [share] };
}

/** A bare party goes to the customer whose share is certain enough, else to the device's own. */
function ofDevice(
  context: ReaderContext,
  { ladders }: PartitionBatch,
  device: ProfileId,
  { seenBy }: ProfileState,
  namespace: string,
  day: number,
  minCertainty: QuarterBits,
): Found {
  const { rules } = context.rules;
  const declared = context.rules.byName.get(namespace)?.rules.certainty ?? CERTAIN - 1;
  const holders = Array.from(seenBy, ([profile, { days, keys }]) => ({ profile, days, keys }));
  const founderOf = (profile: ProfileId): ProfileId => {
    const ladder = unpackLadder(ladders.get(profile) ?? [null, []]);
    return readLadder(profile, ladder, minCertainty).founder;
  };
  const weights = new Map<string, number>();
  const persons = deviceShares(holders, day);
  for (const person of persons) {
    const customer = context.references.customerId(founderOf(mostSeen(person, seenBy)));
    weights.set(customer, (weights.get(customer) ?? 0) + person.weight);
  }
  const total = persons.reduce((sum, { weight }) => sum + weight, 0);
  const ranked = [...weights].sort(
    ([left, one], [right, two]) => two - one || compareText(left, right),
  );
  const shares = ranked.slice(0, SHARES_MAX).map(([customerId, weight]): AttributionShare => {
    const certainty = asProbability(shareCertainty(weight, total, declared));
    return { customerId, share: weight / total, certainty };
  });
  const [best, weight] = ranked[0] ?? ['', 0];
  const certainty = shareCertainty(weight, total, declared);
  const isShared = devicePersons(holders).length > rules.devicePersonCap;
  if (!isShared && certainty >= Math.max(rules.clusterFloor, minCertainty)) {
    return { basis: 'device_share', customerId: best, certainty: asProbability(certainty), shares };
  }
  const customerId = context.references.customerId(device);
  return { basis: 'anonymous', customerId, certainty: 1, shares };
}

/**
 * How certain what happened on `day` at a profile is one customer's: of a device by its share (S26), of
 * others as certain as the profile is the customer's (`own`). `isOwn`: the profile is the customer's.
 */
export function certaintyAt(
  { rules }: ReaderContext,
  { kind, namespace, seenBy }: ProfileState,
  day: number,
  own: QuarterBits | null,
  isOwn: (profile: ProfileId) => boolean,
): number {
  if (kind !== DEVICE) return asProbability(own);
  const holders = Array.from(seenBy, ([profile, { days, keys }]) => ({ profile, days, keys }));
  // The device's own customer: nobody on it is part of it.
  if (!holders.some(({ profile }) => isOwn(profile))) return asProbability(own);
  const persons = deviceShares(holders, day);
  const total = persons.reduce((sum, { weight }) => sum + weight, 0);
  const weight = persons
    .filter((person) => isOwn(mostSeen(person, seenBy)))
    .reduce((sum, person) => sum + person.weight, 0);
  if (total === 0) return asProbability(own);
  const declared = rules.byName.get(namespace)?.rules.certainty ?? CERTAIN - 1;
  return weight === 0 ? 0 : asProbability(shareCertainty(weight, total, declared));
}

/** Of the profiles of one device person the one there on the most days, then the least. */
function mostSeen({ profiles }: DeviceShare, seenBy: ProfileState['seenBy']): ProfileId {
  const daysOf = (profile: ProfileId): number => seenBy.get(profile)?.days.length ?? 0;
  return profiles.reduce((one, two) => (daysOf(two) > daysOf(one) ? two : one));
}
