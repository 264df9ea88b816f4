/**
 * Which profile each party of the world attaches to, and who it truly was.
 *
 * The world is played a second time instead of being kept in memory, and routed as ingress does it
 * (ARCHITECTURE S2, S3): parties of one profile share a customer by definition, so only profiles
 * have to be looked up, a fifth of the number of parties.
 */
import type { ProfileId } from '../../../shared/domain/identifier.ts';
import type { ProfileKind, RoutedParty } from '../../../shared/domain/interaction.ts';
import type { CompiledRules } from '../../../shared/ingress/compiled-rules.ts';
import { routeInteraction } from '../../../shared/ingress/routing.ts';
import type { World } from './world/generate-world.ts';

export interface AttributedProfile {
  readonly id: ProfileId;
  readonly kind: ProfileKind;
  readonly namespace: string;
  readonly value: string;
}

/** Parties of the live version of each interaction that are somebody: `truth` is not null. */
export interface Attribution {
  readonly profiles: readonly AttributedProfile[];
  /** Index into `profiles`, by party. */
  readonly profileByParty: readonly number[];
  /** Index of the true person, by party: dense, 0..peopleSeen - 1. */
  readonly personByParty: readonly number[];
  readonly peopleSeen: number;
  /** Parties that are nobody in particular. */
  readonly partiesOfNobody: number;
}

interface LiveInteraction {
  revision: number;
  digest: string;
  parties: readonly AttributedParty[];
}

interface AttributedParty {
  readonly profile: number;
  readonly person: number | null;
}

/** Throws when an interaction does not pass ingress: feeding it would have failed before. */
export function attributeParties(world: World, rules: CompiledRules): Attribution {
  const profiles: AttributedProfile[] = [];
  const profileIndexes = new Map<ProfileId, number>();
  const personIndexes = new Map<string, number>();
  const live = new Map<string, LiveInteraction>();
  const profileOf = (party: RoutedParty): number => {
    const known = profileIndexes.get(party.profile);
    if (known !== undefined) return known;
    const { profile: id, profileKind: kind, namespace, value } = party;
    profiles.push({ id, kind, namespace, value });
    profileIndexes.set(id, profiles.length - 1);
    return profiles.length - 1;
  };
  for (const { input, truth } of world.interactions()) {
    const routed = routeInteraction(rules, input, 0);
    if (routed.kind === 'rejected') throw new Error('an interaction of the demo was rejected');
    const { id, revision, digest, parties } = routed.interaction;
    const current = live.get(id);
    // S4: the highest (revision, digest) is live.
    if (current !== undefined) {
      if (revision < current.revision) continue;
      if (revision === current.revision && digest <= current.digest) continue;
    }
    const attributed = parties.map((party, index) => ({
      profile: profileOf(party),
      person: indexOf(personIndexes, truth[index] ?? null),
    }));
    live.set(id, { revision, digest, parties: attributed });
  }
  return flatten(profiles, live, personIndexes.size);
}

function indexOf(indexes: Map<string, number>, key: string | null): number | null {
  if (key === null) return null;
  const known = indexes.get(key);
  if (known !== undefined) return known;
  indexes.set(key, indexes.size);
  return indexes.size - 1;
}

function flatten(
  profiles: readonly AttributedProfile[],
  live: ReadonlyMap<string, LiveInteraction>,
  peopleSeen: number,
): Attribution {
  const profileByParty: number[] = [];
  const personByParty: number[] = [];
  let partiesOfNobody = 0;
  for (const { parties } of live.values()) {
    for (const { profile, person } of parties) {
      if (person === null) {
        partiesOfNobody += 1;
        continue;
      }
      profileByParty.push(profile);
      personByParty.push(person);
    }
  }
  return { profiles, profileByParty, personByParty, peopleSeen, partiesOfNobody };
}
