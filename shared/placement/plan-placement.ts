/**
 * The placement planner: from the table and what the shards say of themselves to the next table.
 *
 * Pure and deterministic. It is asked again and again; each time it takes the steps that are possible
 * now, so nothing of a move has to be remembered but the table.
 * R1 A partition whose owner is gone goes to its standby at once. Where none is caught up, the owner is
 *    waited for until it is forgotten: it may only be slow, and goes on as long as nobody takes over.
 *    Then the least loaded shard fetches the state.
 *    The former owner is to follow if it comes back soon: it has almost all that it needs.
 * R2 A present owner gives a partition up only to a standby that is caught up (a warm move).
 * R3 Owner and standby are two shards. With one shard there is no standby.
 * R4 Few moves at a time: standbys being warmed and claims awaited are at most `movesMax`.
 * R5 A move must gain more than what the next swing of the load would take back (hysteresis).
 * R6 A shard that is silent owns nothing and is given nothing, but keeps its places as a standby until
 *    it is forgotten: to fetch a state anew is dear, above all on a machine that is overloaded.
 * R7 An owner that is there and for long neither owns nor follows the partition has no state to go on with,
 *    and perhaps nobody else will make one: it changes places with a standby that is caught up.
 */
import type { Assignment, Seat } from './assignment.ts';

export interface PlacementMember {
  readonly name: string;
  readonly isLeaving: boolean;
  /** Not heard for a while, and not forgotten (R6). */
  readonly isSilent: boolean;
  /** Partitions that it says it owns, or said last. */
  readonly owned: ReadonlySet<number>;
  /** Partitions that it follows -> entries that it is behind. */
  readonly followed: ReadonlyMap<number, number>;
}

export interface PlacementInput {
  readonly assignment: Assignment;
  /** The order does not matter. */
  readonly members: readonly PlacementMember[];
  /** By partition, UNIT_WEIGHT and more. */
  readonly weights: readonly number[];
  /** Partitions moved a short while ago: not moved again for balance. */
  readonly cooling: ReadonlySet<number>;
  /** R7: partitions whose owner, a member that is there, has had no state for long. */
  readonly stalled: ReadonlySet<number>;
  readonly movesMax: number;
  /** A follower this many entries behind may take over warm. */
  readonly caughtUpEntries: number;
}

/** Weight of a partition without load. */
export const UNIT_WEIGHT = 1000;
/** R5: a partition of unit weight moves for a difference of two, not of one. */
const GAIN_MIN = 1500;
/** R5 under load: of the mean load of a shard. */
const GAIN_SHARE = 10;

interface MutableSeat {
  owner: string | null;
  standby: string | null;
}

/** The same object when nothing is to be changed. */
export function planPlacement(input: PlacementInput): Assignment {
  const plan = new Plan(input);
  if (plan.isHopeless) return input.assignment;
  const hasReplaced = plan.replaceOwners();
  // After a crash the first table changes nothing but what it must.
  if (!hasReplaced) plan.moveWarm();
  plan.fillStandbys();
  if (!hasReplaced) plan.prepareMoves();
  return plan.result();
}

class Plan {
  readonly #input: PlacementInput;
  readonly #present: ReadonlyMap<string, PlacementMember>;
  /** Names that may be given something, sorted. */
  readonly #eligible: readonly string[];
  /** Names that keep what they follow, sorted (R6). */
  readonly #members: readonly string[];
  readonly #known: ReadonlySet<string>;
  readonly #seats: MutableSeat[];

  constructor(input: PlacementInput) {
    this.#input = input;
    const staying = input.members.filter(({ isLeaving }) => !isLeaving);
    const present = input.members.filter(({ isSilent }) => !isSilent);
    this.#known = new Set(input.members.map(({ name }) => name));
    this.#present = new Map(present.map((member) => [member.name, member]));
    this.#members = staying.map(({ name }) => name).sort();
    this.#eligible = this.#members.filter((name) => this.#present.has(name));
    this.#seats = input.assignment.seats.map((seat) => ({ ...seat }));
  }

  /** Nobody could take anything: owners go on by the table there is. */
  get isHopeless(): boolean {
    return this.#eligible.length === 0;
  }

  /** R1, R7, and R2 for owners that leave; true: somebody had to take over from one that is gone. */
  replaceOwners(): boolean {
    let hasReplaced = false;
    for (const [partition, seat] of this.#seats.entries()) {
      const owner = seat.owner === null ? undefined : this.#present.get(seat.owner);
      if (owner === undefined) {
        const { owner: former, standby } = seat;
        const mayComeBack = former !== null && this.#known.has(former);
        if (mayComeBack && !this.#isAble(partition, standby)) continue;
        const isStandbyThere = standby !== null && this.#present.has(standby);
        seat.owner = isStandbyThere ? standby : this.#leastOwner(partition);
        seat.standby = former !== seat.owner ? former : null;
        hasReplaced = true;
      } else if (owner.isLeaving && this.#isWarm(partition, seat.standby)) {
        seat.owner = seat.standby;
        seat.standby = null;
      } else if (this.#input.stalled.has(partition) && this.#isWarm(partition, seat.standby)) {
        [seat.owner, seat.standby] = [seat.standby, seat.owner];
      }
    }
    return hasReplaced;
  }

  /** R2, R4, R5: partitions whose standby would be the better owner change their sides. */
  moveWarm(): void {
    for (let room = this.#room(); room > 0; room--) {
      const best = this.#bestMove((partition, { standby }) =>
        this.#isWarm(partition, standby) ? standby : null,
      );
      if (best === null) return;
      const seat = this.#seats[best.partition] as MutableSeat;
      [seat.owner, seat.standby] = [best.to, seat.owner];
    }
  }

  /** R3. */
  fillStandbys(): void {
    for (const seat of this.#seats) {
      const isGood =
        seat.standby !== null &&
        seat.standby !== seat.owner &&
        this.#members.includes(seat.standby);
      if (!isGood) seat.standby = this.#leastStandby(seat.owner);
    }
  }

  /** R4, R5: standbys are put where the owner should be, or where there are too few of them. */
  prepareMoves(): void {
    for (let room = this.#room(); room > 0; room--) {
      const loads = this.#loads();
      const [coldest] = [...this.#eligible].sort((left, right) => byLoad(loads, left, right));
      const best = this.#bestMove((_, { owner, standby }) => {
        const isSilent = standby !== null && !this.#eligible.includes(standby);
        return isSilent || owner === coldest || standby === coldest ? null : (coldest ?? null);
      });
      if (best !== null) {
        (this.#seats[best.partition] as MutableSeat).standby = best.to;
        continue;
      }
      if (!this.#evenStandbys()) return;
    }
  }

  result(): Assignment {
    const { assignment } = this.#input;
    const isSame =
      sameSeats(assignment.seats, this.#seats) &&
      assignment.members.join() === this.#members.join();
    if (isSame) return assignment;
    return { revision: assignment.revision + 1, members: this.#members, seats: this.#seats };
  }

  /** How many moves may begin: those under way count (R4). */
  #room(): number {
    let underWay = 0;
    for (const [partition, { owner, standby }] of this.#seats.entries()) {
      const isOwned = owner !== null && this.#present.get(owner)?.owned.has(partition) === true;
      const isFollowed = standby === null || this.#isWarm(partition, standby);
      if (!isOwned || !isFollowed) underWay++;
    }
    return this.#input.movesMax - underWay;
  }

  /** The move to the owner that `target` names which evens loads most; null: none gains enough. */
  #bestMove(
    target: (partition: number, seat: MutableSeat) => string | null,
  ): { readonly partition: number; readonly to: string } | null {
    const { weights, cooling } = this.#input;
    const loads = this.#loads();
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const isLoaded = weights.some((weight) => weight !== UNIT_WEIGHT);
    const mean = Math.floor(total / this.#eligible.length);
    let least = isLoaded ? Math.max(GAIN_MIN, Math.floor(mean / GAIN_SHARE)) : GAIN_MIN;
    let best: { partition: number; to: string } | null = null;
    for (const [partition, seat] of this.#seats.entries()) {
      const to = target(partition, seat);
      if (to === null || seat.owner === null || cooling.has(partition)) continue;
      if (!loads.has(to) || !loads.has(seat.owner)) continue;
      const difference = (loads.get(seat.owner) ?? 0) - (loads.get(to) ?? 0);
      const gain = difference - Math.abs(difference - 2 * (weights[partition] ?? UNIT_WEIGHT));
      if (gain < least || (gain === least && best !== null)) continue;
      least = gain;
      best = { partition, to };
    }
    return best;
  }

  /** Moves one standby from who has most to who has least; false: they are even. */
  #evenStandbys(): boolean {
    const counts = this.#counts((seat) => seat.standby);
    const order = [...this.#eligible].sort((left, right) => byLoad(counts, left, right));
    const [least, most] = [order[0], order.at(-1)];
    if (least === undefined || most === undefined) return false;
    if ((counts.get(most) ?? 0) - (counts.get(least) ?? 0) < 2) return false;
    const seat = this.#seats.find(({ owner, standby }) => standby === most && owner !== least);
    if (seat === undefined) return false;
    seat.standby = least;
    return true;
  }

  /** To own the partition at once. */
  #isAble(partition: number, name: string | null): boolean {
    if (this.#isWarm(partition, name)) return true;
    return name !== null && this.#present.get(name)?.owned.has(partition) === true;
  }

  #isWarm(partition: number, name: string | null): boolean {
    if (name === null || !this.#eligible.includes(name)) return false;
    const lag = this.#present.get(name)?.followed.get(partition);
    return lag !== undefined && lag <= this.#input.caughtUpEntries;
  }

  /** Who says that it owns the partition keeps it; else the least loaded. */
  #leastOwner(partition: number): string {
    const known = this.#eligible.find((name) => this.#present.get(name)?.owned.has(partition));
    const loads = this.#loads();
    const order = [...this.#eligible].sort((left, right) => byLoad(loads, left, right));
    return known ?? (order[0] as string);
  }

  /** Fewest standbys first, of equal ones who owns least. */
  #leastStandby(owner: string | null): string | null {
    const counts = this.#counts((seat) => seat.standby);
    const loads = this.#loads();
    const [least] = this.#eligible
      .filter((name) => name !== owner)
      .sort((left, right) => {
        const difference = (counts.get(left) ?? 0) - (counts.get(right) ?? 0);
        return difference === 0 ? byLoad(loads, left, right) : difference;
      });
    return least ?? null;
  }

  /** Weight of what each eligible shard is to own. */
  #loads(): Map<string, number> {
    const loads = new Map(this.#eligible.map((name) => [name, 0]));
    for (const [partition, { owner }] of this.#seats.entries()) {
      const known = owner === null ? undefined : loads.get(owner);
      if (owner === null || known === undefined) continue;
      loads.set(owner, known + (this.#input.weights[partition] ?? UNIT_WEIGHT));
    }
    return loads;
  }

  #counts(nameOf: (seat: MutableSeat) => string | null): Map<string, number> {
    const counts = new Map(this.#eligible.map((name) => [name, 0]));
    for (const seat of this.#seats) {
      const name = nameOf(seat);
      if (name !== null && counts.has(name)) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    return counts;
  }
}

function byLoad(loads: ReadonlyMap<string, number>, left: string, right: string): number {
  const difference = (loads.get(left) ?? 0) - (loads.get(right) ?? 0);
  if (difference !== 0) return difference;
  return left < right ? -1 : 1;
}

function sameSeats(left: readonly Seat[], right: readonly Seat[]): boolean {
  return left.every(
    ({ owner, standby }, partition) =>
      owner === right[partition]?.owner && standby === right[partition]?.standby,
  );
}

/**
 * Weights from the rates of partitions: a partition of mean rate counts twice an idle one, the
 * hottest ten times; rates that nobody would notice count for nothing.
 */
export function weigh(rates: readonly number[], idleRate: number): number[] {
  const total = rates.reduce((sum, rate) => sum + rate, 0);
  if (total < idleRate) return rates.map(() => UNIT_WEIGHT);
  const mean = total / rates.length;
  return rates.map((rate) => UNIT_WEIGHT + Math.floor(UNIT_WEIGHT * Math.min(9, rate / mean)));
}
