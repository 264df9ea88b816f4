/** Registrations: one interaction a person, each with the identifiers that a bench asks for. */
import type { InteractionInput } from '../../shared/domain/interaction.ts';
import type { Cluster } from '../../shared/protocol/cluster.ts';
import { ingestAll } from './embedded-ingest.ts';
import type { Identifier } from './workload.ts';

const CHUNK = 20_000;

/** Registers the persons `start` to `end` (excluded); durable when it resolves. */
export async function register(
  cluster: Cluster,
  start: number,
  end: number,
  identifiersOf: (person: number) => readonly Identifier[],
): Promise<void> {
  for (let first = start; first < end; first += CHUNK) {
    const count = Math.min(CHUNK, end - first);
    const persons = Array.from({ length: count }, (_, index) => first + index);
    await ingestAll(
      cluster,
      persons.map((person) => registration(person, identifiersOf(person))),
    );
  }
}

function registration(person: number, identifiers: readonly Identifier[]): InteractionInput {
  return {
    source: 'web',
    interactionId: `registration-${person}`,
    revision: 1,
    type: 'registered',
    channel: 'web',
    occurredAt: Date.UTC(2026, 0, 5) + (person % 80_000_000),
    parties: [{ role: 'subject', identifiers }],
    propertiesJson: '{"path":"/register"}',
  };
}
