/**
 * Which profile a candidate version names where the live version names this one: decisions speak of
 * profiles, and a profile is named by its anchor as the version in force normalises it.
 *
 * A person's or device's anchor is normalised anew. A persona or a bare interaction keeps its name,
 * as does a profile that nobody observed: then the candidate cannot tell what was meant.
 */
import { unpackProfile } from '../domain/actors/profile-codec.ts';
import type { ProfileId } from '../domain/identifier.ts';
import type { Rules } from '../domain/rules.ts';
import { type CompiledRules, normaliseIdentifier } from '../ingress/compiled-rules.ts';
import type { QueryPort } from '../protocol/query.ts';
import { partitionOf, type Topology } from '../protocol/topology.ts';

export interface TranslationContext {
  readonly topology: Topology;
  /** Asks the live generation. */
  readonly port: QueryPort;
  readonly live: Rules;
  readonly candidate: CompiledRules;
}

export function profileTranslator(
  context: TranslationContext,
): (profile: ProfileId) => Promise<ProfileId> {
  if (namesAlike(context.live, context.candidate.rules)) return async (profile) => profile;
  return async (profile) => {
    const partition = partitionOf(context.topology, profile);
    const [, , [answer]] = await context.port.ask(partition, [[], [], [[profile, 0]], [], 0], {});
    if (answer === null || answer === undefined) return profile;
    const { kind, namespace, value } = unpackProfile(answer[0]);
    if (kind !== 0 && kind !== 2) return profile;
    const name = normaliseIdentifier(context.candidate, namespace, value);
    return name.kind === 'ok' && name.target === 'profile' ? name.profileId : profile;
  };
}

/** Both versions give every anchor the same name. */
function namesAlike(live: Rules, candidate: Rules): boolean {
  if (live.normaliserVersion !== candidate.normaliserVersion) return false;
  const byName = new Map(candidate.namespaces.map((entry) => [entry.name, entry.normaliser]));
  return live.namespaces.every(
    ({ kind, name, normaliser }) =>
      (kind !== 'person' && kind !== 'device') || byName.get(name) === normaliser,
  );
}
