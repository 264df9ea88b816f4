/** Random input for embedded clusters whose rules or partitions change: deliveries and commands. */
import fc from 'fast-check';
import type { InteractionInput } from '../../shared/domain/interaction.ts';
import { DAY_MS, type NamespaceRules, type Rules } from '../../shared/domain/rules.ts';
import type { EmbeddedCluster } from '../../shared/engine/embedded-cluster.ts';
import type { Command } from '../../shared/protocol/cluster.ts';
import type { VersionReport } from '../../shared/protocol/versions.ts';
import { testRules } from '../support/test-rules.ts';

function version(change: (entry: NamespaceRules) => Partial<NamespaceRules>, rest = {}): Rules {
  return testRules({
    namespaces: testRules().namespaces.map((entry) => ({
      ...entry,
      normaliser: 'lower',
      ...change(entry),
    })),
    ...rest,
  });
}

export const VERSIONS: readonly Rules[] = [
  version(() => ({})),
  version(() => ({ normaliser: 'trim' })),
  version(({ name }) => (name === 'email' ? { blockedValues: ['e1'], certainty: 20 } : {})),
  version(({ name }) => (name === 'crm' ? { kind: 'evidence', holderCap: 3 } : {})),
  version(({ kind }) => (kind === 'evidence' ? { holderCap: 2, limit: null } : {})),
  version(({ name }) => (name === 'login' ? { limit: null, priority: 12 } : {}), {
    devicePersonCap: 1,
  }),
];

const NAMESPACES = ['crm', 'login', 'loyalty', 'email', 'phone', 'passport', 'cookie', 'ip'];
const anyValue = fc
  .tuple(fc.integer({ min: 1, max: 3 }), fc.constantFrom('e', 'E', ' e', 'e '))
  .map(([number, spelling]) => `${spelling}${number}`);
const anyParty = fc.record({
  role: fc.constantFrom('subject', 'buyer'),
  identifiers: fc.array(fc.record({ namespace: fc.constantFrom(...NAMESPACES), value: anyValue }), {
    maxLength: 4,
  }),
});

export type Step =
  | { readonly kind: 'ingest'; readonly input: InteractionInput; readonly receivedAt: number }
  | { readonly kind: 'command'; readonly command: Command };

const anyIngest: fc.Arbitrary<Step> = fc
  .record({
    id: fc.integer({ min: 1, max: 8 }),
    revision: fc.nat(2),
    day: fc.nat(5),
    receivedAt: fc.nat(20),
    parties: fc.array(anyParty, { minLength: 1, maxLength: 2 }),
    delivery: fc.constantFrom('', 'f1', 'f2'),
  })
  .map(({ id, revision, day, receivedAt, parties, delivery }) => ({
    kind: 'ingest',
    receivedAt,
    input: {
      source: 's',
      interactionId: `i${id}`,
      revision,
      type: 'visit',
      channel: 'web',
      occurredAt: day * DAY_MS,
      parties,
      propertiesJson: '{}',
      ...(delivery === '' ? {} : { delivery }),
    },
  }));

/** What all versions take for evidence, none blocks, and all spell alike: a lost order stays lost. */
const anySubject = fc.oneof(
  fc
    .tuple(fc.constantFrom('email', 'phone'), fc.constantFrom('e2', 'e3'))
    .map(([namespace, value]) => ({ kind: 'value', namespace, value }) as const),
  fc
    .constantFrom('f1', 'f2')
    .map((delivery) => ({ kind: 'delivery', source: 's', delivery }) as const),
);

/** In the spelling that all versions read alike: see profileTranslator for what else can be kept. */
const anySelector = fc
  .tuple(fc.constantFrom('login', 'loyalty', 'cookie'), fc.integer({ min: 1, max: 3 }))
  .map(([namespace, number]) => ({ kind: 'identifier', namespace, value: `e${number}` }) as const);
const audit = { decidedBy: 'steward', reason: 'test' };
const anyCommand: fc.Arbitrary<Step> = fc
  .oneof(
    fc
      .record({
        kind: fc.constantFrom('must_link' as const, 'cannot_link' as const),
        decisionId: fc.constantFrom('d1', 'd2', 'd3'),
        left: anySelector,
        right: anySelector,
        decidedAt: fc.nat(9),
      })
      .map((command): Command => ({ ...command, ...audit })),
    fc
      .record({ decisionId: fc.constantFrom('d1', 'd2'), decidedAt: fc.nat(9) })
      .map((command): Command => ({ kind: 'retract_decision', withdrawn: false, ...command })),
    fc
      .record({ id: fc.integer({ min: 1, max: 8 }), decidedAt: fc.nat(9), withdrawn: fc.boolean() })
      .map(
        ({ id, ...command }): Command => ({
          kind: 'retract_interaction',
          source: 's',
          interactionId: `i${id}`,
          ...command,
        }),
      ),
    fc
      .record({
        profile: anySelector,
        number: fc.integer({ min: 1, max: 3 }),
        decidedAt: fc.nat(9),
      })
      .map(
        ({ number, ...command }): Command => ({
          kind: 'retract_identifier',
          namespace: 'email',
          value: `e${number}`,
          withdrawn: false,
          ...command,
        }),
      ),
    fc
      .record({
        subject: anySubject,
        standing: fc.constantFrom('held' as const, 'released' as const, 'rejected' as const),
        decidedAt: fc.nat(9),
      })
      .map((command): Command => ({ kind: 'order_evidence', ...command, ...audit })),
  )
  .map((command) => ({ kind: 'command', command }));

export function anySteps(maxLength: number): fc.Arbitrary<Step[]> {
  return fc.array(fc.oneof({ weight: 3, arbitrary: anyIngest }, anyCommand), { maxLength });
}

export async function play(cluster: EmbeddedCluster, steps: readonly Step[]): Promise<void> {
  for (const step of steps) {
    const options = { ack: 'durable' } as const;
    if (step.kind === 'command') await cluster.command(step.command, options);
    else await cluster.ingest([step.input], { ...options, receivedAt: step.receivedAt });
  }
}

/** The report of a moment at which the candidate had all that the live version had. */
export async function completeReport(cluster: EmbeddedCluster): Promise<VersionReport> {
  for (;;) {
    const report = await cluster.versions.report();
    if (report.isComplete) return report;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export async function untilComplete(cluster: EmbeddedCluster): Promise<void> {
  while ((await cluster.versions.list()).shadow?.isComplete !== true) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
