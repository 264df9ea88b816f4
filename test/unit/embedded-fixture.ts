/** An embedded cluster over memory under the test rules, and a short notation for its input. */
import { type EmbeddedCluster, openEmbeddedCluster } from '../../shared/engine/embedded-cluster.ts';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import type { InteractionInput } from '../../shared/domain/interaction.ts';
import { DAY_MS } from '../../shared/domain/rules.ts';
import type { Command, IngestResult, ProfileSelector } from '../../shared/protocol/cluster.ts';
import { testRules } from '../support/test-rules.ts';

export const ID_KEY = Buffer.from('0123456789abcdef');

/** The probability that a certainty in quarter bits stands for. */
export const probability = (quarterBits: number): number => 1 / (1 + 2 ** (-quarterBits / 4));

type Overrides = Omit<Partial<Parameters<typeof openEmbeddedCluster>[0]>, 'dataDir'>;

/** Values count as they come. */
export const RULES = testRules({
  namespaces: testRules().namespaces.map((entry) => ({ ...entry, normaliser: 'trim' })),
});

export function openOver(store: MemoryStore, overrides: Overrides = {}): Promise<EmbeddedCluster> {
  return openEmbeddedCluster({
    dataDir: store,
    rules: RULES,
    partitions: 7,
    idKey: ID_KEY,
    ...overrides,
  });
}

export function openFresh(overrides: Overrides = {}): Promise<EmbeddedCluster> {
  return openOver(new MemoryStore(), overrides);
}

/** `login:a` as `{namespace, value}`. */
export function identifier(text: string): { namespace: string; value: string } {
  const colon = text.indexOf(':');
  return { namespace: text.slice(0, colon), value: text.slice(colon + 1) };
}

export function named(text: string): ProfileSelector {
  return { kind: 'identifier', ...identifier(text) };
}

interface Extra {
  readonly day?: number;
  readonly revision?: number;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** A visit whose parties are written as `role| login:a email:x`. */
export function visit(id: string, extra: Extra, ...parties: string[]): InteractionInput {
  return {
    source: 'shop',
    interactionId: id,
    revision: extra.revision ?? 0,
    type: 'purchase',
    channel: 'web',
    occurredAt: (20_000 + (extra.day ?? 0)) * DAY_MS,
    propertiesJson: '{}',
    parties: parties.map((text) => {
      const [role, list] = text.includes('|') ? text.split('|') : ['subject', text];
      return {
        role: (role ?? '').trim(),
        identifiers: (list ?? '').split(' ').filter(Boolean).map(identifier),
        ...(extra.attributes === undefined ? {} : { attributes: extra.attributes }),
      };
    }),
  };
}

/** Ingests one after the other, so that the first is the oldest (the founder). */
export async function ingest(
  cluster: EmbeddedCluster,
  ...inputs: InteractionInput[]
): Promise<readonly IngestResult[]> {
  const results: IngestResult[] = [];
  for (const [index, input] of inputs.entries()) {
    results.push(...(await cluster.ingest([input], { ack: 'durable', receivedAt: index })));
  }
  return results;
}

/** The customers of an identifier, best first. */
export async function customersOf(
  cluster: EmbeddedCluster,
  text: string,
  minCertainty?: number,
): Promise<readonly string[]> {
  const options = minCertainty === undefined ? {} : { minCertainty };
  const [resolution] = await cluster.resolve([identifier(text)], options);
  return resolution?.kind === 'found'
    ? resolution.matches.map(({ customerId }) => customerId)
    : [`(${resolution?.kind})`];
}

let decisions = 0;

export function link(
  kind: 'must_link' | 'cannot_link',
  left: string,
  right: string,
  decidedAt = 1,
  decisionId = `decision-${++decisions}`,
): Command {
  return {
    kind,
    decisionId,
    left: named(left),
    right: named(right),
    decidedAt,
    decidedBy: 'steward-7',
    reason: 'phone call',
  };
}
