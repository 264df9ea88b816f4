/**
 * When is an origin settled? Rounds of reports.
 *
 * Every owner publishes the least origin that is unfinished in its partition: in its outbox (until
 * the destination holds it durably) or in parked seeks. A round ends when every partition has
 * reported at least once since it began; its low is the least of all reports in it. Work of an origin
 * that is durable when round r runs is settled once two later whole rounds have lows above it: one
 * round may miss work that moves between a report of its receiver and one of its sender, the
 * second then sees it (termination detection by two waves: F. Mattern, "Algorithms for distributed
 * termination detection", 1987).
 */
import type { PartitionMark } from './marks.ts';

export class SettledRounds {
  readonly #partitions: number;
  readonly #reported = new Set<number>();
  #low = Number.POSITIVE_INFINITY;
  #lows: readonly [previous: number, latest: number] = [0, 0];
  #round = 0;

  constructor(partitions: number) {
    this.#partitions = partitions;
  }

  /** The round in progress: what is noted now waits for the two whole rounds after it. */
  get current(): number {
    return this.#round;
  }

  /** Takes a report in; true when it ends a round. */
  take(mark: PartitionMark): boolean {
    if (mark.lowOrigin !== null && mark.lowOrigin < this.#low) this.#low = mark.lowOrigin;
    this.#reported.add(mark.partition);
    if (this.#reported.size < this.#partitions) return false;
    this.#lows = [this.#lows[1], this.#low];
    this.#low = Number.POSITIVE_INFINITY;
    this.#reported.clear();
    this.#round++;
    return true;
  }

  /** Whether work noted as durable in round `noted` with this origin is settled. */
  isSettled(noted: number, origin: number): boolean {
    return this.#round >= noted + 3 && Math.min(this.#lows[0], this.#lows[1]) > origin;
  }
}
