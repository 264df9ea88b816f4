/**
 * The stream of the embedded crash tests: batch `n` is a function of `n` alone, so that a writer
 * that starts anew sends exactly what the killed one sent, under the same `received_at`.
 */
import type { InteractionInput } from '../../shared/domain/interaction.ts';
import { DAY_MS } from '../../shared/domain/rules.ts';
import type { Command } from '../../shared/protocol/cluster.ts';
import { createRandom } from './random.ts';

export const BATCH_ITEMS = 50;
/** Persons; about ten interactions each in a stream of 50,000. */
const PERSONS = 5_000;

export interface CrashBatch {
  readonly receivedAt: number;
  readonly items: readonly InteractionInput[];
  /** In every tenth batch: an earlier interaction is taken back. */
  readonly retraction: Extract<Command, { kind: 'retract_interaction' }> | null;
}

const SOURCES = ['shop', 'web', 'call-centre'] as const;

export function crashBatch(number: number): CrashBatch {
  const random = createRandom(number);
  const first = number * BATCH_ITEMS;
  const items = Array.from({ length: BATCH_ITEMS }, (_, index): InteractionInput => {
    const person = random.below(PERSONS);
    const parties = [party('subject', person, random.below(16))];
    if (random.chance(0.1)) parties.push(party('beneficiary', random.below(PERSONS), 1));
    return {
      source: SOURCES[(first + index) % SOURCES.length] as string,
      interactionId: `interaction-${first + index}`,
      revision: 0,
      type: 'visit',
      channel: 'web',
      occurredAt: (19_000 + random.below(30)) * DAY_MS + random.below(DAY_MS),
      parties,
      propertiesJson: '{"note":"crash test"}',
    };
  });
  const isTenth = number % 10 === 9;
  const target = random.below(first + 1);
  return {
    receivedAt: 1_000 + number,
    items,
    retraction: isTenth
      ? {
          kind: 'retract_interaction',
          source: SOURCES[target % SOURCES.length] as string,
          interactionId: `interaction-${target}`,
          decidedAt: 5_000,
          withdrawn: false,
        }
      : null,
  };
}

/** Each bit of `shown` stands for a kind of identifier that the party shows. */
function party(role: string, person: number, shown: number): InteractionInput['parties'][number] {
  const household = person >> 1;
  const candidates = [
    { namespace: 'user_id', value: `user-${person}` },
    { namespace: 'email', value: `person${person}@posteo.net` },
    { namespace: 'phone', value: `+614${String(12_000_000 + household)}` },
    { namespace: 'crm_id', value: `crm-${person}` },
  ];
  const identifiers = candidates.filter((_, index) => (shown >> index) % 2 === 1);
  return { role, identifiers };
}
