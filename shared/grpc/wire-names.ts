/** Names of enumerations on the wire, by those of the port. */
import { ClusterError } from '../protocol/cluster.ts';

export const PROFILE_KINDS = {
  person: 'PROFILE_KIND_PERSON',
  persona: 'PROFILE_KIND_PERSONA',
  device: 'PROFILE_KIND_DEVICE',
  interaction: 'PROFILE_KIND_INTERACTION',
} as const;

/** The key of a table that has this value. Throws for a value that this version does not know. */
export function keyOf<Key extends string>(
  table: Readonly<Record<Key, string>>,
  value: unknown,
): Key {
  const keys = Object.keys(table) as Key[];
  const key = keys.find((candidate) => table[candidate] === value);
  if (key === undefined) {
    throw new ClusterError('internal', 'The gateway sent a kind that this client cannot read.');
  }
  return key;
}
