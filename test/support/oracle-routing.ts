/**
 * Oracle of routing: from normalised parties to profiles (S2, S3), independent of ingress.
 *
 * The id functions are arguments: the oracle does not care how ids are hashed, tests use
 * `testIds`, and a comparison with ingress passes the hashes of ingress.
 */
import { createHash } from 'node:crypto';
import { compareText } from '../../shared/domain/identifier.ts';
import type {
  Identifier,
  InteractionId,
  KeyId,
  ProfileId,
} from '../../shared/domain/identifier.ts';
import type {
  RoutedAnchor,
  RoutedInteraction,
  RoutedParty,
  RoutedValue,
} from '../../shared/domain/interaction.ts';
import {
  type DerivedNamespace,
  derivedKeysOf,
  type KeyPart,
} from '../../shared/ingress/derived-keys.ts';
import { factsOf } from '../../shared/ingress/facts.ts';
import { INTERACTION_NAMESPACE, PERSONA_NAMESPACE, indexRules } from '../../shared/domain/rules.ts';
import type { NamespaceKind, Rules, RulesIndex } from '../../shared/domain/rules.ts';

/** A party whose identifiers are normalised and known to the rules. */
export interface NormalisedParty {
  readonly role: string;
  readonly identifiers: readonly Identifier[];
  readonly attributes: Readonly<Record<string, string>>;
}

export interface NormalisedInteraction {
  readonly source: string;
  readonly interactionId: string;
  readonly revision: number;
  readonly type: string;
  readonly channel: string;
  readonly occurredAt: number;
  readonly receivedAt: number;
  readonly parties: readonly NormalisedParty[];
  readonly propertiesJson: string;
  /** Label of the source's delivery; absent: none. */
  readonly delivery?: string;
}

export interface IdFunctions {
  profile(namespace: string, value: string): ProfileId;
  key(namespace: string, value: string): KeyId;
  interaction(source: string, interactionId: string): InteractionId;
  digest(content: string): string;
  delivery(source: string, label: string): string;
}

/** 120 bits of SHA-256 as 20 base64url characters; their slots are spread over all 4,096. */
function hash120(kind: string, parts: readonly string[]): string {
  return createHash('sha256')
    .update(JSON.stringify([kind, ...parts]))
    .digest('base64url')
    .slice(0, 20);
}

const REMEMBERED_MAX = 100_000;
const remembered = new Map<string, string>();

/** Histories repeat few identifiers many times: hashing them once makes them cheap. */
function rememberedHash(kind: string, namespace: string, value: string): string {
  const name = `${kind}\n${namespace}\n${value}`;
  const held = remembered.get(name);
  if (held !== undefined) return held;
  const hash = hash120(kind, [namespace, value]);
  if (remembered.size >= REMEMBERED_MAX) remembered.clear();
  remembered.set(name, hash);
  return hash;
}

/** Ids of tests: no relation to those of ingress. */
export const testIds: IdFunctions = {
  profile: (namespace, value) => rememberedHash('profile', namespace, value) as ProfileId,
  key: (namespace, value) => rememberedHash('key', namespace, value) as KeyId,
  interaction: (source, id) => hash120('interaction', [source, id]) as InteractionId,
  digest: (content) => hash120('digest', [content]),
  delivery: (source, label) => hash120('delivery', [source, label]),
};

/** Identifiers of one kind: best first (S3: least priority number, then least value). */
function ofKind(
  index: RulesIndex,
  party: NormalisedParty,
  kind: NamespaceKind,
): readonly Identifier[] {
  const distinct = new Map<string, Identifier>();
  for (const { namespace, value } of party.identifiers) {
    if (index.byName.get(namespace)?.kind !== kind) continue;
    distinct.set(`${namespace}\n${value}`, { namespace, value });
  }
  if (distinct.size < 2) return [...distinct.values()];
  const priorityOf = ({ namespace }: Identifier) => index.byName.get(namespace)?.priority ?? 0;
  return [...distinct.values()].sort(
    (left, right) => priorityOf(left) - priorityOf(right) || compareText(left.value, right.value),
  );
}

/** S2: the parties without the evidence values that another party of the interaction keeps. */
function keepSharedOnce(
  index: RulesIndex,
  parties: readonly NormalisedParty[],
): readonly NormalisedParty[] {
  if (parties.length < 2) return parties;
  return parties.map((party) => ({
    ...party,
    identifiers: party.identifiers.filter(({ namespace, value }) => {
      if (index.byName.get(namespace)?.kind !== 'evidence') return true;
      const carriers = parties.filter((each) =>
        each.identifiers.some((other) => other.namespace === namespace && other.value === value),
      );
      const keeper =
        carriers.find((each) => ofKind(index, each, 'person').length > 0) ?? carriers[0];
      return keeper === party;
    }),
  }));
}

/** S3: namespace, value and kind of the anchor that names a party's profile. */
function anchorOf(
  index: RulesIndex,
  party: NormalisedParty,
  fallback: string,
): Pick<RoutedParty, 'profileKind' | 'namespace' | 'value'> {
  const [person] = ofKind(index, party, 'person');
  if (person !== undefined) return { profileKind: 'person', ...person };
  const [device] = ofKind(index, party, 'device');
  const [evidence] = ofKind(index, party, 'evidence');
  if (evidence !== undefined) {
    const value = JSON.stringify([
      device?.namespace ?? '',
      device?.value ?? '',
      evidence.namespace,
      evidence.value,
    ]);
    return { profileKind: 'persona', namespace: PERSONA_NAMESPACE, value };
  }
  if (device !== undefined) return { profileKind: 'device', ...device };
  return { profileKind: 'interaction', namespace: INTERACTION_NAMESPACE, value: fallback };
}

function derivedOf({ rules }: RulesIndex): DerivedNamespace[] {
  return rules.namespaces
    .filter(({ kind }) => kind === 'derived')
    .map(({ name, parts }) => ({ name, parts: parts as readonly KeyPart[] }));
}

function routeParty(
  index: RulesIndex,
  ids: IdFunctions,
  party: NormalisedParty,
  fallback: string,
): RoutedParty {
  const anchor = anchorOf(index, party, fallback);
  const profile = ids.profile(anchor.namespace, anchor.value);
  const others: RoutedAnchor[] = [];
  for (const kind of ['person', 'device'] as const) {
    for (const { namespace, value } of ofKind(index, party, kind)) {
      const other = ids.profile(namespace, value);
      if (other !== profile) others.push({ profile: other, namespace, value, kind });
    }
  }
  const values: RoutedValue[] = [];
  for (const kind of ['evidence', 'context'] as const) {
    for (const { namespace, value } of ofKind(index, party, kind)) {
      values.push({ key: ids.key(namespace, value), namespace, value, kind, bases: [] });
    }
  }
  const facts = index.rules.scoring === null ? [] : factsOf(party.attributes);
  const known = values
    .filter(({ kind }) => kind === 'evidence')
    .map(({ key, namespace, value }) => [key, [namespace, value]] as const);
  for (const { namespace, value, bases } of derivedKeysOf(facts, derivedOf(index), known)) {
    values.push({ key: ids.key(namespace, value), namespace, value, kind: 'derived', bases });
  }
  return {
    role: party.role,
    profile,
    ...anchor,
    others: others.sort((left, right) => compareText(left.profile, right.profile)),
    values: values.sort(
      (left, right) =>
        compareText(left.namespace, right.namespace) || compareText(left.value, right.value),
    ),
    attributes: Object.entries(party.attributes).sort((left, right) =>
      compareText(left[0], right[0]),
    ),
    facts,
  };
}

const indexes = new WeakMap<Rules, RulesIndex>();

function indexOnce(rules: Rules): RulesIndex {
  const held = indexes.get(rules) ?? indexRules(rules);
  indexes.set(rules, held);
  return held;
}

/** Routes one interaction; the digest covers all content but `receivedAt` and `revision`. */
export function routeForTest(
  rules: Rules,
  interaction: NormalisedInteraction,
  ids: IdFunctions = testIds,
): RoutedInteraction {
  const index = indexOnce(rules);
  const { source, interactionId, type, channel, occurredAt, propertiesJson } = interaction;
  const content = [source, interactionId, type, channel, occurredAt, propertiesJson];
  return {
    id: ids.interaction(source, interactionId),
    source,
    interactionId,
    revision: interaction.revision,
    digest: ids.digest(JSON.stringify([...content, interaction.parties])),
    type,
    channel,
    occurredAt,
    receivedAt: interaction.receivedAt,
    parties: keepSharedOnce(index, interaction.parties).map((party, position) =>
      routeParty(index, ids, party, JSON.stringify([source, interactionId, position])),
    ),
    propertiesJson,
    delivery: interaction.delivery ?? '',
    deliveryId:
      interaction.delivery === undefined ? '' : ids.delivery(source, interaction.delivery),
  };
}
