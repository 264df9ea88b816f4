/**
 * How each method is recorded. Privileged is what is not named here: a new method of stewards, of
 * the rights of people or of the cluster's rules is refused without its record until somebody says
 * that it only reads.
 */
import type { AuditShelf } from '../../shared/protocol/audit.ts';
import { METHOD_SCOPES } from './scopes.ts';

/** How much of look-ups is recorded: nothing, who and when, or also whom they were about. */
export const LOOK_UP_LEVELS = ['none', 'calls', 'references'] as const;
export type LookUpLevel = (typeof LOOK_UP_LEVELS)[number];

/** Methods of privileged scopes that change nothing. */
const READS = new Set(
  [
    'StewardService/ListOrders',
    'StewardService/ListReviews',
    'StewardService/ListDecisions',
    'StewardService/ListConflicts',
    'StewardService/GetReliability',
    'ClusterService/GetClusterStatus',
    'ClusterService/AwaitSettlement',
    'RulesService/GetVersions',
    'RulesService/GetVersionReport',
    'RulesService/GetModel',
  ].map((name) => `selfsame.v1.${name}`),
);

/**
 * The shelf of a method (`package.Service/Method`); null: not recorded. What is ingested is evidence,
 * which the cluster keeps with its source anyway; health tells nothing of anybody.
 */
export function shelfOf(method: string): AuditShelf | null {
  const scopes = METHOD_SCOPES.get(method);
  if (scopes === undefined || scopes.includes('ingest')) return null;
  return scopes.includes('lookup') || READS.has(method) ? 'look_up' : 'privileged';
}
