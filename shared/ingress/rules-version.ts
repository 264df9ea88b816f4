/** The name of a rules version: a hash of everything in it. */
import { hash } from 'node:crypto';
import type { ScoringModel } from '../domain/matching/model.ts';
import type { NamespaceRules, Rules } from '../domain/rules.ts';

/** 16 hexadecimal digits: 64 bits name the few hundred versions a cluster ever has. */
const VERSION_LENGTH = 16;

/**
 * First 16 hex digits of the SHA-256 of the canonical content: a JSON array with the fields in the
 * fixed order below. Permanent, like every hashed text: a new field is appended, never inserted.
 */
export function rulesVersionOf(content: Omit<Rules, 'version'>): string {
  const canonical = [
    content.normaliserVersion,
    content.reviewFloor,
    content.clusterFloor,
    content.componentCap,
    content.devicePersonCap,
    content.namespaces.map(canonicalNamespace),
    ...(content.scoring === null ? [] : [content.scoring]),
    ['storm_holders', content.stormHolders, content.stormPairs],
  ];
  return hash('sha256', `rules:${JSON.stringify(canonical)}`, 'hex').slice(0, VERSION_LENGTH);
}

/** The same of the scoring model alone: versions of one model weigh every pair alike. */
export function modelVersionOf(model: ScoringModel): string {
  return hash('sha256', `model:${JSON.stringify(model)}`, 'hex').slice(0, VERSION_LENGTH);
}

function canonicalNamespace(entry: NamespaceRules): readonly unknown[] {
  return [
    entry.name,
    entry.kind,
    entry.priority,
    entry.certainty,
    entry.limit === null ? null : [entry.limit.count, entry.limit.window],
    entry.exclusive,
    entry.holderCap,
    entry.normaliser,
    entry.blockedValues,
    entry.blockedPatterns,
    entry.blockJunk,
    ...(entry.parts.length === 0 ? [] : [entry.parts]),
    ...(entry.personCap === null ? [] : ['person_cap', entry.personCap]),
    ...(entry.namesRecords ? ['names_records'] : []),
  ];
}
