/**
 * Rules made ready for ingress: normalisers found, patterns compiled, blocked values in sets. Build
 * once per version and share; it is immutable but for the phone cache behind the normaliser.
 */
import type { Identifier, KeyId, ProfileId } from '../domain/identifier.ts';
import type { NamespaceRules, Rules } from '../domain/rules.ts';
import { compilePattern } from './blocked-pattern.ts';
import type { DerivedNamespace, KeyPart } from './derived-keys.ts';
import { keyIdOf, profileIdOf } from './hashing.ts';
import { junkReason } from './junk-values.ts';
import { nearestNames } from './nearest-name.ts';
import { findNormaliser, type NormaliseResult } from './normalise.ts';
import { modelVersionOf } from './rules-version.ts';

export interface CompiledNamespace {
  readonly rules: NamespaceRules;
  readonly normalise: (raw: string) => NormaliseResult;
  readonly blockedValues: ReadonlySet<string>;
  readonly blockedPatterns: readonly RegExp[];
}

export interface CompiledRules {
  readonly rules: Rules;
  readonly byName: ReadonlyMap<string, CompiledNamespace>;
  /** What is derived from facts; null in a version that scores nothing. */
  readonly derived: readonly DerivedNamespace[] | null;
  /** Name of the scoring model; null in a version that scores nothing. */
  readonly modelVersion: string | null;
}

/** A version whose normaliser or pattern this program does not know: it must not route with it. */
export class RulesUnsupportedError extends Error {
  readonly code = 'rules_unsupported';
  readonly retryable = false;
  constructor(message: string) {
    super(message);
    this.name = 'RulesUnsupportedError';
  }
}

/** Compiles a version. Throws `RulesUnsupportedError` when it was made by a newer program. */
export function compileRules(rules: Rules): CompiledRules {
  const byName = new Map<string, CompiledNamespace>();
  for (const entry of rules.namespaces) byName.set(entry.name, compileNamespace(rules, entry));
  const derived =
    rules.scoring === null
      ? null
      : rules.namespaces
          .filter(({ kind }) => kind === 'derived')
          .map(({ name, parts }) => ({ name, parts: parts as readonly KeyPart[] }));
  const modelVersion = rules.scoring === null ? null : modelVersionOf(rules.scoring);
  return { rules, byName, derived, modelVersion };
}

function compileNamespace(rules: Rules, entry: NamespaceRules): CompiledNamespace {
  const unsupported = (what: string): RulesUnsupportedError =>
    new RulesUnsupportedError(
      `rules ${rules.version}, namespace ${entry.name}: ${what}; run the program that made them`,
    );
  const normalise = findNormaliser(entry.normaliser);
  if (normalise === null) throw unsupported(`unknown normaliser ${entry.normaliser}`);
  const blockedPatterns = entry.blockedPatterns.map((source) => {
    const result = compilePattern(source);
    if (result.kind === 'invalid') throw unsupported(`a blocked pattern ${result.reason}`);
    return result.pattern;
  });
  return { rules: entry, normalise, blockedValues: new Set(entry.blockedValues), blockedPatterns };
}

export type UsableValue =
  | { readonly kind: 'ok'; readonly value: string }
  | { readonly kind: 'blocked' | 'invalid'; readonly description: string };

/**
 * The normalised value of one raw value, or why it is of no use. Junk is looked for before and
 * after normalising: `(null)` may not survive the normaliser's own check, and the reason should say
 * junk.
 */
export function usableValue(namespace: CompiledNamespace, raw: string): UsableValue {
  const { blockJunk } = namespace.rules;
  const rawJunk = blockJunk && raw.length <= 64 ? junkReason(raw) : null;
  if (rawJunk !== null) return { kind: 'blocked', description: `dropped: the value ${rawJunk}` };
  const result = namespace.normalise(raw);
  if (result.kind === 'invalid') {
    return { kind: 'invalid', description: `dropped: the value ${result.reason}` };
  }
  const { value } = result;
  const junk = blockJunk && value !== raw ? junkReason(value) : null;
  if (junk !== null) return { kind: 'blocked', description: `dropped: the value ${junk}` };
  const isBlocked =
    namespace.blockedValues.has(value) ||
    namespace.blockedPatterns.some((pattern) => pattern.test(value));
  if (isBlocked) {
    return { kind: 'blocked', description: 'dropped: the value is blocked by the active rules' };
  }
  return { kind: 'ok', value };
}

/** What a look-up needs to know of an identifier as a client wrote it. */
export type NormalisedIdentifier =
  | {
      readonly kind: 'ok';
      readonly target: 'profile';
      readonly identifier: Identifier;
      readonly nsRules: NamespaceRules;
      readonly profileId: ProfileId;
    }
  | {
      /** Evidence or context; only evidence has a key actor. */
      readonly kind: 'ok';
      readonly target: 'key';
      readonly identifier: Identifier;
      readonly nsRules: NamespaceRules;
      readonly keyId: KeyId;
    }
  | {
      readonly kind: 'blocked' | 'invalid' | 'unknown_namespace';
      readonly description: string;
    };

/** Normalises and names one identifier for a look-up. Never throws; messages hold no value. */
export function normaliseIdentifier(
  rules: CompiledRules,
  namespace: string,
  value: string,
): NormalisedIdentifier {
  const compiled = rules.byName.get(namespace);
  if (compiled === undefined) {
    return { kind: 'unknown_namespace', description: unknownNamespace(rules, namespace) };
  }
  const usable = usableValue(compiled, value);
  if (usable.kind !== 'ok') return usable;
  const identifier = { namespace, value: usable.value };
  const nsRules = compiled.rules;
  if (nsRules.kind === 'person' || nsRules.kind === 'device') {
    const profileId = profileIdOf(namespace, usable.value);
    return { kind: 'ok', target: 'profile', identifier, nsRules, profileId };
  }
  const keyId = keyIdOf(namespace, usable.value);
  return { kind: 'ok', target: 'key', identifier, nsRules, keyId };
}

/** A batch of look-ups repeats its mistake: finding the nearest names costs 150 us a time. */
const ADVICE_KEPT = 256;
const adviceByRules = new WeakMap<CompiledRules, Map<string, string>>();

/** Does not repeat the unknown name: clients sometimes swap namespace and value. */
export function unknownNamespace(rules: CompiledRules, namespace: string): string {
  let kept = adviceByRules.get(rules);
  if (kept === undefined) {
    kept = new Map();
    adviceByRules.set(rules, kept);
  }
  const known = kept.get(namespace);
  if (known !== undefined) return known;
  const advice = adviseNamespace(rules, namespace);
  if (kept.size >= ADVICE_KEPT) kept.clear();
  kept.set(namespace, advice);
  return advice;
}

function adviseNamespace(rules: CompiledRules, namespace: string): string {
  const known = [...rules.byName.keys()];
  const near = nearestNames(namespace, known);
  const names = near.length > 0 ? near : nearestNames(namespace, known, 5, false);
  const label = near.length > 0 ? 'nearest' : 'some';
  return (
    'unknown namespace; declare it in the rules or use a declared one ' +
    `(${label} of the ${known.length}: ${names.join(', ')})`
  );
}
