/**
 * The assignment table: which shard is to own each partition, and which one follows it. A seat is a
 * partition number, in every generation that has a partition of that number.
 *
 * It is a wish, not a fact: ownership takes effect by a claim in the partition's own log, so two
 * readers of different revisions can at worst claim one after the other.
 */
export interface Seat {
  /** Name of a shard; null: nobody yet. */
  readonly owner: string | null;
  /** Applies the log as well, answers look-ups when the owner does not, takes over at its end. */
  readonly standby: string | null;
}

export interface Assignment {
  /** Counts the tables written; 0: none. */
  readonly revision: number;
  /** Names of the shards that seats were given to, sorted. */
  readonly members: readonly string[];
  /** By partition. */
  readonly seats: readonly Seat[];
}

export function emptyAssignment(partitions: number): Assignment {
  const seats = Array.from({ length: partitions }, () => ({ owner: null, standby: null }));
  return { revision: 0, members: [], seats };
}

/** The same table with as many seats as there are: new ones are nobody's. */
export function withSeats(assignment: Assignment, count: number): Assignment {
  const { seats } = assignment;
  if (seats.length === count) return assignment;
  const empty = emptyAssignment(Math.max(0, count - seats.length));
  return { ...assignment, seats: [...seats.slice(0, count), ...empty.seats] };
}

/** What one shard is to each partition that the table gives it. */
export function rolesOf(
  { seats }: Assignment,
  name: string,
): ReadonlyMap<number, 'owner' | 'follower'> {
  const roles = new Map<number, 'owner' | 'follower'>();
  for (const [partition, { owner, standby }] of seats.entries()) {
    if (owner === name) roles.set(partition, 'owner');
    else if (standby === name) roles.set(partition, 'follower');
  }
  return roles;
}
