/**
 * Which profile a party's observation attaches to, and what else it carries (ARCHITECTURE S3).
 *
 * A profile cannot be split, so it must not mix people: the best person anchor names it; else the
 * persona of (best device, best evidence); only a bare observation attaches to the device itself;
 * and a party that carries nothing usable is a profile of its own.
 */
import { compareText } from '../domain/identifier.ts';
import type { Fact } from '../domain/matching/digest.ts';
import type {
  Bases,
  ProfileKind,
  RoutedAnchor,
  RoutedParty,
  RoutedValue,
} from '../domain/interaction.ts';
import { INTERACTION_NAMESPACE, type NamespaceKind, PERSONA_NAMESPACE } from '../domain/rules.ts';
import { type DerivedNamespace, derivedKeysOf, type Identified } from './derived-keys.ts';
import { factsOf } from './facts.ts';
import { keyIdOf, profileIdOf } from './hashing.ts';
import type { PreparedParty, PreparedValue } from './party-values.ts';

interface Anchor {
  readonly kind: ProfileKind;
  readonly namespace: string;
  readonly value: string;
}

/** Routes one party; `source`, `interactionId` and `partyIndex` name it when nothing else does. */
export function routeParty(
  derived: readonly DerivedNamespace[] | null,
  party: PreparedParty,
  source: string,
  interactionId: string,
  partyIndex: number,
): RoutedParty {
  const anchor = anchorOf(party.values) ?? {
    kind: 'interaction' as const,
    namespace: INTERACTION_NAMESPACE,
    value: JSON.stringify([source, interactionId, partyIndex]),
  };
  const attributes = Object.entries(party.attributes);
  if (attributes.length > 1) attributes.sort(([a], [b]) => compareText(a, b));
  // In order of name, so that the order in which they came cannot show in a fact.
  const facts = derived === null ? [] : factsOf(Object.fromEntries(attributes));
  return {
    role: party.role,
    profile: profileIdOf(anchor.namespace, anchor.value),
    profileKind: anchor.kind,
    namespace: anchor.namespace,
    value: anchor.value,
    others: otherAnchors(party.values, anchor),
    values: routedValues(derived, party.values, facts),
    attributes,
    facts,
  };
}

function anchorOf(values: readonly PreparedValue[]): Anchor | null {
  const person = best(values, 'person');
  if (person !== null) return { kind: 'person', ...named(person) };
  const device = best(values, 'device');
  const evidence = best(values, 'evidence');
  if (evidence !== null) {
    return {
      kind: 'persona',
      namespace: PERSONA_NAMESPACE,
      value: personaValue(device, evidence),
    };
  }
  return device === null ? null : { kind: 'device', ...named(device) };
}

/**
 * Value of a persona's anchor: a JSON array [device namespace, device value, evidence namespace,
 * evidence value], the first two null without a device. JSON keeps the four apart. Permanent (it is
 * hashed into the profile id).
 */
function personaValue(device: PreparedValue | null, evidence: PreparedValue): string {
  const parts = [device?.rules.name ?? null, device?.value ?? null];
  return JSON.stringify([...parts, evidence.rules.name, evidence.value]);
}

function named(entry: PreparedValue): { readonly namespace: string; readonly value: string } {
  return { namespace: entry.rules.name, value: entry.value };
}

/** Least (priority number, value by code unit); priorities are unique within a version. */
function best(values: readonly PreparedValue[], kind: NamespaceKind): PreparedValue | null {
  let found: PreparedValue | null = null;
  for (const entry of values) {
    if (entry.rules.kind !== kind) continue;
    const isBetter =
      found === null ||
      entry.rules.priority < found.rules.priority ||
      (entry.rules.priority === found.rules.priority && entry.value < found.value);
    if (isBetter) found = entry;
  }
  return found;
}

/** Persons and devices but the profile's own, sorted by profile. */
function otherAnchors(values: readonly PreparedValue[], own: Anchor): readonly RoutedAnchor[] {
  const others: RoutedAnchor[] = [];
  for (const entry of values) {
    const { kind, name } = entry.rules;
    if (kind !== 'person' && kind !== 'device') continue;
    if (name === own.namespace && entry.value === own.value) continue;
    const profile = profileIdOf(name, entry.value);
    others.push({ profile, namespace: name, value: entry.value, kind });
  }
  return others.length < 2 ? others : others.sort((a, b) => compareText(a.profile, b.profile));
}

/** Evidence, context and what is derived; sorted by (namespace, value). */
function routedValues(
  derived: readonly DerivedNamespace[] | null,
  values: readonly PreparedValue[],
  facts: readonly Fact[],
): readonly RoutedValue[] {
  const routed: RoutedValue[] = [];
  for (const { rules, value } of values) {
    const { kind, name } = rules;
    if (kind !== 'evidence' && kind !== 'context') continue;
    routed.push({ key: keyIdOf(name, value), namespace: name, value, kind, bases: NO_BASES });
  }
  if (derived !== null) routed.push(...derivedValues(derived, routed, facts));
  if (routed.length < 2) return routed;
  return routed.sort(
    (a, b) => compareText(a.namespace, b.namespace) || compareText(a.value, b.value),
  );
}

const NO_BASES: Bases = [];

/** What the party's facts and values together propose. */
function derivedValues(
  derived: readonly DerivedNamespace[],
  values: readonly RoutedValue[],
  facts: readonly Fact[],
): RoutedValue[] {
  const evidence = values
    .filter(({ kind }) => kind === 'evidence')
    .map(({ key, namespace, value }): Identified => [key, [namespace, value]]);
  return derivedKeysOf(facts, derived, evidence).map(({ namespace, value, bases }) => ({
    key: keyIdOf(namespace, value),
    namespace,
    value,
    kind: 'derived',
    bases,
  }));
}
