/**
 * How many shards there should be: a fold over what the shards say of themselves. Pure; time is an
 * argument.
 *
 * D1 Load is the greatest of backlog, mailbox use and event loop use, each as a share of its target:
 *    a backlog alone would scale busy shards away as soon as it is worked off
 *    (github.com/kedacore/keda issues 7368, 7459, 7977).
 * D2 While partitions are moved the number is held: what is measured then is the move. Not for ever:
 *    after `holdMs` it may rise, never fall; and a move that takes `stallMs` stops a fall under way.
 * D3 A number falls to what would keep the rest at `easeRatio` of the targets, after that would have
 *    been enough for all of `windowMs`, and only by more than the 10 % within which the HPA does
 *    nothing (14 shards told to be 13 would stay 14 for ever). The HPA takes one pod at a time.
 * D4 At constant work a rise is never followed by a fall: it is the least number that brings the load
 *    to 1, so with one shard fewer it is above 1 > `easeRatio`.
 */

export interface ShardLoad {
  /** Time to work off the entries that wait, of the partition of this shard with the most. */
  readonly backlogSeconds: number;
  /** 0..1: how full the outboxes are. */
  readonly mailboxRatio: number;
  /** 0..1: share of the time that the event loop is busy. */
  readonly eventLoopRatio: number;
}

export interface ClusterLoad {
  /** Those heard of lately that are not about to end. */
  readonly shards: readonly ShardLoad[];
  readonly partitions: number;
  /** Partitions change owners, or have none. */
  readonly isMoving: boolean;
}

export interface ScalingLimits {
  readonly backlogSeconds: number;
  readonly mailboxRatio: number;
  readonly eventLoopRatio: number;
  /** Time in which a backlog is to be worked off: sets how many more shards it asks for. */
  readonly drainSeconds: number;
  /** Loads from 1 to this are no reason to scale: the tolerance of the HPA. */
  readonly upRatio: number;
  readonly easeRatio: number;
  /** Time constant of the smoothing of the load. */
  readonly smoothingMs: number;
  readonly windowMs: number;
  readonly stallMs: number;
  readonly holdMs: number;
}

export const SCALING_LIMITS: ScalingLimits = {
  // Stuck is a partition that has not advanced for 5 s (shared/engine/shard.ts): twice that.
  backlogSeconds: 10,
  // Half of the pressure at which routers refuse (shared/protocol/marks.ts).
  mailboxRatio: 0.35,
  // Waiting of a single server grows as use / (1 - use): 1.9 service times at 0.65, 5.7 at 0.85.
  eventLoopRatio: 0.65,
  drainSeconds: 300,
  upRatio: 1.1,
  easeRatio: 0.8,
  smoothingMs: 30_000,
  windowMs: 120_000,
  stallMs: 60_000,
  holdMs: 600_000,
};

export interface ScalingState {
  readonly desired: number;
  /** Smoothed load; 1 is at the targets. */
  readonly saturation: number;
  readonly atMs: number;
  readonly movingSinceMs: number | null;
  /** What was wanted within the window, oldest first. */
  readonly wanted: readonly (readonly [atMs: number, shards: number])[];
}

/** Load of one shard; 1 is at a target. A backlog over its target counts for at most 2. */
export function saturationOf(shard: ShardLoad, limits: ScalingLimits): number {
  const over = shard.backlogSeconds - limits.backlogSeconds;
  const backlog =
    over <= 0
      ? shard.backlogSeconds / limits.backlogSeconds
      : 1 + Math.min(1, over / limits.drainSeconds);
  const mailbox = shard.mailboxRatio / limits.mailboxRatio;
  return Math.max(backlog, mailbox, shard.eventLoopRatio / limits.eventLoopRatio);
}

/**
 * The next state; `null` before: the number of shards that are there is right until shown otherwise.
 * Answers null when no shard is there, which says nothing about how many there should be.
 */
export function stepScaling(
  before: ScalingState | null,
  load: ClusterLoad,
  nowMs: number,
  limits: ScalingLimits = SCALING_LIMITS,
): ScalingState | null {
  const { shards, isMoving } = load;
  if (shards.length === 0) return before;
  const now = mean(shards.map((shard) => saturationOf(shard, limits)));
  if (before === null) {
    return {
      desired: shards.length,
      saturation: now,
      atMs: nowMs,
      movingSinceMs: isMoving ? nowMs : null,
      wanted: [[nowMs, shards.length]],
    };
  }
  const share = 1 - Math.exp(-(nowMs - before.atMs) / limits.smoothingMs);
  const saturation = before.saturation + share * (now - before.saturation);
  const movingSinceMs = isMoving ? (before.movingSinceMs ?? nowMs) : null;
  const isHeld = movingSinceMs !== null;
  const heldForMs = isHeld ? nowMs - movingSinceMs : 0;
  const free = wantedShards(before.desired, load, saturation, limits);
  const held = Math.max(
    before.desired,
    heldForMs > limits.stallMs ? shards.length : 0,
    heldForMs > limits.holdMs ? free : 0,
  );
  const wanted = before.wanted
    .filter(([atMs]) => nowMs - atMs < limits.windowMs)
    .concat([[nowMs, isHeld ? held : free]]);
  const desired = Math.max(...wanted.map(([, count]) => count));
  return { desired, saturation, atMs: nowMs, movingSinceMs, wanted };
}

function wantedShards(
  desired: number,
  { shards, partitions }: ClusterLoad,
  saturation: number,
  limits: ScalingLimits,
): number {
  const count = shards.length;
  // More than asked for: somebody scaled by hand, or the coordinator began anew.
  const base = Math.max(desired, count);
  if (saturation > limits.upRatio) {
    // Idle event loops cannot be relieved by many more of them: what waits, waits for something else.
    const isIdle = mean(shards.map((shard) => shard.eventLoopRatio)) < limits.eventLoopRatio / 2;
    const most = isIdle ? count + 1 : count * 2;
    const needed = Math.min(Math.ceil(count * saturation), most);
    return Math.max(base, Math.min(needed, partitions));
  }
  const enough = Math.max(1, Math.ceil((saturation * count) / limits.easeRatio));
  return enough < (base * 9) / 10 ? enough : base;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
