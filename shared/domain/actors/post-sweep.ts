/**
 * When the standing of a source or rule changes (ARCHITECTURE S22), each partition goes through its
 * interactions (source) or profiles (rule) in slices, each a turn of its own. Between two slices the
 * message passes the merge desk, so that other work goes on. What changes meanwhile reads the post
 * itself (`posts.ts`), so nothing is missed, whether the sweep has passed it or not.
 */
import type { InteractionId, ProfileId } from '../identifier.ts';
import {
  MessageKind,
  type SweepPost,
  type SweepPostOn,
  type WayKind,
  type WayStanding,
} from '../messages.ts';
import { refreshSource } from './interaction-actor.ts';
import { refreshRule } from './pair-home.ts';
import { postOf, savePost } from './posts.ts';
import type { Turn } from './turn.ts';
import { SOURCE } from './ways.ts';

/** Some milliseconds of work; a partition of 40,000 profiles passes the desk 625 times. */
const SWEEP_SLICE = 64;

export function handleWayStanding(turn: Turn, message: WayStanding): void {
  const [, member, kind, name, standing] = message;
  const post = postOf(turn, kind, name, member);
  if (post.standing === standing) return;
  post.standing = standing;
  savePost(turn, kind, name, post);
  sweepFrom(turn, member, kind, name, '');
}

/** The merge desk hands the sweep back: the next slice is another turn. */
export function handleSweepPost(turn: Turn, [, member, kind, name, after]: SweepPost): void {
  turn.send([MessageKind.sweepPostOn, member, kind, name, after]);
}

export function handleSweepPostOn(turn: Turn, [, member, kind, name, after]: SweepPostOn): void {
  sweepFrom(turn, member, kind, name, after);
}

function sweepFrom(turn: Turn, member: string, kind: WayKind, name: string, after: string): void {
  const { standing } = postOf(turn, kind, name, member);
  const isSource = kind === SOURCE;
  const ids = turn.space.idsAfter(isSource ? 'interaction' : 'profile', after, SWEEP_SLICE);
  for (const id of ids) {
    if (isSource) refreshSource(turn, id as InteractionId, name, standing);
    else refreshRule(turn, id as ProfileId, name, standing);
  }
  const last = ids.at(-1);
  if (ids.length < SWEEP_SLICE || last === undefined) return;
  turn.send([MessageKind.sweepPost, member, kind, name, last]);
}
