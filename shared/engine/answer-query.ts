/** Answers readers from one partition's actors. Reads only; never changes what a turn may see. */
import { GENERIC } from '../domain/actors/evidence-standing.ts';
import { ORDER_ROWS, type OrderRow, RELEASED, standingOf } from '../domain/actors/orders.ts';
import { packProfile } from '../domain/actors/profile-codec.ts';
import { packRoot } from '../domain/actors/state-codec.ts';
import { liveVersion } from '../domain/actors/interaction-actor.ts';
import type { InteractionId, KeyId, ProfileId } from '../domain/identifier.ts';
import type { PackedLadder } from '../domain/messages.ts';
import type {
  InteractionAnswer,
  KeyAnswer,
  ObservationRow,
  ProfileAnswer,
  QueryAnswer,
  QueryRequest,
} from '../protocol/query.ts';
import type { ActorCache } from './actor-cache.ts';
import { answerSteward } from './answer-steward.ts';

export function answerQuery(actors: ActorCache, request: QueryRequest): QueryAnswer {
  const [ladders, keys, profiles, roots, ordersMax, steward = [], interactions = []] = request;
  return [
    ladders.map((id) => ladderAnswer(actors, id)),
    keys.map((id) => keyAnswer(actors, id)),
    profiles.map(([id, maxObservations]) => profileAnswer(actors, id, maxObservations)),
    roots.map((id) => {
      const root = actors.load('root', id);
      return root === undefined ? null : packRoot(root);
    }),
    ordersMax === 0 ? [] : (actors.latestRows(ORDER_ROWS, ordersMax) as readonly OrderRow[]),
    steward.map((question) => answerSteward(actors, question)),
    interactions.map((id) => interactionAnswer(actors, id)),
  ];
}

/**
 * null when nothing is known of the anchor: never seen, or all that was has been taken back. A
 * reference goes on naming such a profile; an identifier then finds nobody.
 */
function ladderAnswer(actors: ActorCache, id: ProfileId): PackedLadder | null {
  const profile = actors.load('profile', id);
  if (profile === undefined) return null;
  const { days, ladder, seenBy, pairs } = profile;
  const isKnown =
    days.length > 0 ||
    ladder[0] !== null ||
    ladder[1].length > 0 ||
    ladder[2] !== undefined ||
    seenBy.size > 0 ||
    pairs.size > 0;
  return isKnown ? ladder : null;
}

function interactionAnswer(actors: ActorCache, id: InteractionId): InteractionAnswer | null {
  const state = actors.load('interaction', id);
  const live = state === undefined ? null : liveVersion(state);
  if (live === null) return null;
  const [, , , , , , , occurredAt, , parties] = live.version;
  return [
    occurredAt,
    parties.map(([role, profile, kind, namespace]) => [role, profile, kind, namespace]),
    live.isHeld
      ? parties.map(([, , , , , others, values]) => [
          ...others.map(([other]) => other),
          ...values.flatMap(([key, , , kind]) => (kind === 1 ? [] : [key])),
        ])
      : null,
  ];
}

function keyAnswer(actors: ActorCache, id: KeyId): KeyAnswer | null {
  const key = actors.load('key', id);
  if (key === undefined || key.count === 0) return null;
  const { count, holders, isMuted } = key;
  const ordered = standingOf(key.order);
  const standing = ordered === RELEASED && isMuted ? GENERIC : ordered;
  return [count, holders === null || isMuted ? null : Array.from(holders.keys()), standing];
}

function profileAnswer(
  actors: ActorCache,
  id: ProfileId,
  maxObservations: number,
): ProfileAnswer | null {
  const profile = actors.load('profile', id);
  if (profile === undefined) return null;
  const rows = actors.latestRows(`o/${id}/`, maxObservations);
  return [packProfile(profile), rows as readonly ObservationRow[]];
}
