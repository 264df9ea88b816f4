/**
 * Posts: what a partition knows of a source or rule (ARCHITECTURE S22), one each where it was met.
 *
 * A post says how its way stands, without a message for every pair, and counts for the merge-storm
 * breaker, without a message for every count.
 */
import { MessageKind, type WayKind } from '../messages.ts';
import { RELEASED, type Standing } from './orders.ts';
import type { PostState } from './states.ts';
import type { Turn } from './turn.ts';
import { wayIdOf } from './ways.ts';

/**
 * A post reports as soon as it has counted so much, or a sixteenth of the threshold: what is not reported
 * yet delays the breaker by less than that a partition.
 */
const COUNT_PER_REPORT = 32;

/** The post, with the state of this turn; null: the partition has not met the way. */
function knownPost(turn: Turn, kind: WayKind, name: string): PostState | null {
  const key = `${kind}${name}`;
  let post = turn.posts.get(key);
  if (post === undefined) {
    post = turn.space.load('post', wayIdOf(kind, name)) ?? null;
    turn.posts.set(key, post);
  }
  return post;
}

/** The post; when the way is new here, `member`, an actor of this partition, is where to reach it. */
export function postOf(turn: Turn, kind: WayKind, name: string, member: string): PostState {
  const known = knownPost(turn, kind, name);
  if (known !== null) return known;
  const post: PostState = { member, standing: RELEASED, pairs: 0, came: 0 };
  turn.posts.set(`${kind}${name}`, post);
  savePost(turn, kind, name, post);
  turn.send([MessageKind.inWay, wayIdOf(kind, name), kind, name, member]);
  return post;
}

export function savePost(turn: Turn, kind: WayKind, name: string, post: PostState): void {
  turn.space.save('post', wayIdOf(kind, name), post);
}

export function standingAt(turn: Turn, kind: WayKind, name: string, member: string): Standing {
  return postOf(turn, kind, name, member).standing;
}

/** Counts what the merge-storm breaker looks at (`way-actor.ts`). */
export function countAt(
  turn: Turn,
  kind: WayKind,
  name: string,
  member: string,
  pairs: number,
  came: number,
): void {
  const { stormHolders } = turn.rules.rules;
  if (stormHolders === 0) return;
  const post = postOf(turn, kind, name, member);
  post.pairs += pairs;
  post.came += came;
  if (post.pairs + post.came >= Math.min(COUNT_PER_REPORT, Math.max(1, stormHolders >> 4))) {
    turn.send([MessageKind.wayReport, wayIdOf(kind, name), post.pairs, post.came]);
    post.pairs = 0;
    post.came = 0;
  }
  savePost(turn, kind, name, post);
}
