/**
 * Rules files: the YAML from which an active version is made (`shared/rules/deterministic.yaml` is
 * the shipped one and documents every setting).
 *
 * People write certainty as a probability; from here on it is an integer number of quarter bits, so
 * that nothing after this file computes a logarithm: two machines whose `Math.log2` differ in the
 * last digit would otherwise decide differently.
 */
import { join } from 'node:path';
import type { Rules } from '../domain/rules.ts';
import {
  ConfigFileError,
  type ConfigPlace,
  type ConfigProblem,
  readConfig,
  readConfigText,
} from './config-file.ts';
import { NORMALISER_VERSION } from './normalise.ts';
import { packageRoot } from './package-root.ts';
import { readCertainty, readNamespaces } from './rules-namespace-config.ts';
import { readScoring } from './rules-scoring-config.ts';
import { rulesVersionOf } from './rules-version.ts';

export type RulesFileResult =
  | { readonly kind: 'ok'; readonly rules: Rules }
  | { readonly kind: 'invalid'; readonly problems: readonly ConfigProblem[] };

/** Most profiles in one component: clustering 1,000 takes 40 ms in one turn (DESIGN section 3). */
const COMPONENT_CAP_DEFAULT = 1_000;
const COMPONENT_CAP_MAX = 10_000;
/** More persons on one device: a kiosk, a shop's tablet, a library (DESIGN section 2). */
const DEVICE_PERSON_CAP_DEFAULT = 5;
const DEVICE_PERSON_CAP_MAX = 64;
/** Eight times the holder cap: a shared mailbox fills more slowly than a bad file. Own choice. */
const STORM_HOLDERS_DEFAULT = 512;
const STORM_HOLDERS_MAX = 1_000_000;
/** A customer of 30 records, all in one file, makes 14.5 pairs a record. Own choice. */
const STORM_PAIRS_DEFAULT = 16;
const STORM_PAIRS_MAX = 256;
/**
 * p = .74 -> 6 quarter bits: a device seen on one day with one person (3:1, 1.58 bits) connects.
 */
const CLUSTER_FLOOR_DEFAULT = 0.74;
/** p = .6 -> 2 quarter bits: better than chance, worth a look. */
const REVIEW_FLOOR_DEFAULT = 0.6;
const ROOT_KEYS = [
  'cluster_floor',
  'review_floor',
  'component_cap',
  'device_person_cap',
  'storm_holders',
  'storm_pairs',
  'namespaces',
  'comparisons',
  'model',
] as const;
/** Parses and checks a rules file. Never throws; every problem is reported, in order of lines. */
export function parseRules(text: string): RulesFileResult {
  const result = readConfig(text, readRoot);
  return result.kind === 'ok' ? { kind: 'ok', rules: result.value } : result;
}

/** Reads a rules file from disk. Throws `ConfigFileError` (unreadable or invalid). */
export function loadRulesFile(path: string): Rules {
  const result = parseRules(readConfigText(path));
  if (result.kind === 'invalid') throw new ConfigFileError(path, result.problems);
  return result.rules;
}

/** The shipped deterministic configuration. */
export function defaultRules(): Rules {
  return loadRulesFile(defaultRulesPath());
}

/** The shipped scored configuration: what the program begins new data with. */
export function standardRules(): Rules {
  return loadRulesFile(standardRulesPath());
}

export function standardRulesPath(): string {
  return join(packageRoot(), 'shared', 'rules', 'standard.yaml');
}

export function defaultRulesPath(): string {
  return join(packageRoot(), 'shared', 'rules', 'deterministic.yaml');
}

function readRoot(root: ConfigPlace): Rules | undefined {
  const fields = root.fields(ROOT_KEYS);
  if (fields === undefined) return undefined;
  const clusterFloor = readCertainty(fields.get('cluster_floor'), CLUSTER_FLOOR_DEFAULT);
  const reviewFloor = readCertainty(fields.get('review_floor'), REVIEW_FLOOR_DEFAULT);
  const componentCap =
    fields.get('component_cap')?.integer(2, COMPONENT_CAP_MAX) ?? COMPONENT_CAP_DEFAULT;
  const devicePersonCap =
    fields.get('device_person_cap')?.integer(1, DEVICE_PERSON_CAP_MAX) ?? DEVICE_PERSON_CAP_DEFAULT;
  const stormHolders =
    fields.get('storm_holders')?.integer(0, STORM_HOLDERS_MAX) ?? STORM_HOLDERS_DEFAULT;
  const stormPairs = fields.get('storm_pairs')?.integer(1, STORM_PAIRS_MAX) ?? STORM_PAIRS_DEFAULT;
  const reviewPlace = fields.get('review_floor') ?? root;
  if (reviewFloor < 1) {
    reviewPlace.fail('must be above p = .543 (one quarter bit): below it an edge says nothing');
  }
  if (reviewFloor >= clusterFloor) {
    reviewPlace.fail(
      'review_floor must lie at least one quarter bit below cluster_floor; lower it',
    );
  }
  const scoring = readScoring(fields.get('comparisons'), fields.get('model'));
  const namespaces = readNamespaces(root, fields.get('namespaces'), scoring !== null);
  if (namespaces === undefined) return undefined;
  const content = {
    normaliserVersion: NORMALISER_VERSION,
    reviewFloor,
    clusterFloor,
    componentCap,
    devicePersonCap,
    stormHolders,
    stormPairs,
    namespaces,
    scoring,
  };
  return { version: rulesVersionOf(content), ...content };
}
