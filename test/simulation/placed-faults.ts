/** What goes wrong in a schedule under placement. */
import type { Random } from '../support/random.ts';

export type PlacedFault =
  | 'kill'
  | 'power_loss'
  /** The process is killed and its disk is gone with it. */
  | 'disk_lost'
  /** A process does nothing for seconds, and then goes on as if nothing had been. */
  | 'freeze'
  /** A shard drains and ends; it comes back later. */
  | 'leave'
  /** A shard is not started again before the faults are over. */
  | 'stay_away'
  | 'router_crash'
  | 'coordinator_kill'
  | 'coordinator_freeze'
  /** No assigner before the faults are over. */
  | 'assigners_gone'
  /** Subscriptions of a partition stop until they notice. */
  | 'deaf'
  | 'leader_gap'
  | 'placement_gap'
  | 'tail_loss'
  | 'purge'
  | 'log_gone'
  | 'log_emptied'
  /** The standby of a partition stands still; while it is behind, the log is damaged. */
  | 'damage_behind';

const KINDS: readonly (readonly [PlacedFault, number])[] = [
  ['kill', 5],
  ['power_loss', 5],
  ['disk_lost', 3],
  ['freeze', 6],
  ['leave', 3],
  ['stay_away', 2],
  ['router_crash', 2],
  ['coordinator_kill', 3],
  ['coordinator_freeze', 3],
  ['assigners_gone', 1],
  ['deaf', 3],
  ['leader_gap', 1],
  ['placement_gap', 1],
  ['tail_loss', 6],
  ['purge', 1],
  ['log_gone', 2],
  ['log_emptied', 2],
  ['damage_behind', 4],
];

/** A few kinds for each schedule, as in `faults.ts`. */
export function drawPlacedFaults(random: Random, count: number): PlacedFault[] {
  const swarm = KINDS.filter(() => random.chance(0.4));
  const kinds = swarm.length === 0 ? KINDS : swarm;
  const total = kinds.reduce((sum, [, weight]) => sum + weight, 0);
  return Array.from({ length: count }, () => {
    let rest = random.below(total);
    for (const [kind, weight] of kinds) {
      if (rest < weight) return kind;
      rest -= weight;
    }
    throw new Error('weights do not add up');
  });
}
