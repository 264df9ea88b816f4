/**
 * Which scope each method needs (of several any one): the one table, from which calls are judged and the documentation is
 * made (`describeScopes`). A method that is not in it is refused whatever the token says.
 */

/** What a token may allow, with its meaning. None includes another. */
export const SCOPES = {
  lookup: 'ask about customers and follow their changes',
  ingest: 'send interactions',
  steward: 'decide, retract and hold, and see what is to be decided',
  privacy: 'rights of the people the data are about',
  admin: 'run the cluster: its state, versions of rules',
} as const;

export type Scope = keyof typeof SCOPES;

export function isScope(text: string): text is Scope {
  return Object.hasOwn(SCOPES, text);
}

function methods(
  service: string,
  scopes: Scope | readonly Scope[],
  names: string,
): [string, readonly Scope[]][] {
  const any = typeof scopes === 'string' ? [scopes] : scopes;
  return names.split(' ').map((name) => [`selfsame.v1.${service}/${name}`, any]);
}

/** `package.Service/Method` -> scopes any one of which will do. */
export const METHOD_SCOPES: ReadonlyMap<string, readonly Scope[]> = new Map([
  ...methods(
    'IngestService',
    'ingest',
    'IngestInteraction IngestInteractionBatch IngestInteractionStream',
  ),
  ...methods(
    'ResolutionService',
    'lookup',
    'Resolve BatchResolve ResolveStream GetCustomer Explain GetAttribution MatchRecord WatchChanges',
  ),
  ...methods(
    'StewardService',
    'steward',
    'MustLink CannotLink MergeCustomers SplitCustomer RetractInteraction RetractIdentifier ' +
      'RetractDecision OrderEvidence ListOrders ListReviews DecideReviews ListDecisions ' +
      'ListConflicts GetReliability CalibrateThresholds',
  ),
  ...methods('ClusterService', 'admin', 'GetClusterStatus AwaitSettlement'),
  ...methods(
    'RulesService',
    'admin',
    'GetVersions ProposeVersion GetVersionReport ActivateVersion DropVersion GetModel',
  ),
  ...methods('AuditService', ['privacy', 'admin'], 'ListAuditEntries'),
]);

/** Rows `scope | meaning | methods` of a Markdown table. */
export function describeScopes(): readonly string[] {
  const scopes = Object.entries(SCOPES) as [Scope, string][];
  return scopes.map(([scope, meaning]) => {
    const found = [...METHOD_SCOPES].filter(([, needed]) => needed.includes(scope));
    const names = found.map(([name]) => `\`${name.replace(/^selfsame\.v1\./, '')}\``).join(', ');
    return `| \`${scope}\` | ${meaning} | ${names === '' ? 'none yet' : names} |`;
  });
}
