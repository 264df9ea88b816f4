/** The kinds that the API server knows. */

export interface Resource {
  /** '' for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
  readonly shortNames: readonly string[];
  readonly isNamespaced: boolean;
  readonly subresources: readonly string[];
}

function resource(
  groupVersion: string,
  plural: string,
  kind: string,
  shortNames = '',
  subresources = '',
): Resource {
  const [first, second] = groupVersion.split('/') as [string, string?];
  const words = (text: string) => text.split(' ').filter((word) => word !== '');
  return {
    group: second === undefined ? '' : first,
    version: second ?? first,
    plural,
    kind,
    shortNames: words(shortNames),
    isNamespaced: kind !== 'Namespace',
    subresources: words(subresources),
  };
}

export const NAMESPACES = resource('v1', 'namespaces', 'Namespace', 'ns');
export const PODS = resource('v1', 'pods', 'Pod', 'po', 'status log');
export const SERVICES = resource('v1', 'services', 'Service', 'svc');
export const CONFIG_MAPS = resource('v1', 'configmaps', 'ConfigMap', 'cm');
export const SECRETS = resource('v1', 'secrets', 'Secret');
export const CLAIMS = resource('v1', 'persistentvolumeclaims', 'PersistentVolumeClaim', 'pvc');
export const ENDPOINTS = resource('v1', 'endpoints', 'Endpoints', 'ep');
export const STATEFUL_SETS = resource(
  'apps/v1',
  'statefulsets',
  'StatefulSet',
  'sts',
  'scale status',
);
export const DEPLOYMENTS = resource(
  'apps/v1',
  'deployments',
  'Deployment',
  'deploy',
  'scale status',
);

/** Those below the line are kept and shown; no controller acts on them. */
export const RESOURCES: readonly Resource[] = [
  NAMESPACES,
  PODS,
  SERVICES,
  CONFIG_MAPS,
  SECRETS,
  CLAIMS,
  ENDPOINTS,
  STATEFUL_SETS,
  DEPLOYMENTS,
  // ----
  resource('v1', 'serviceaccounts', 'ServiceAccount', 'sa'),
  resource('v1', 'events', 'Event', 'ev'),
  resource('apps/v1', 'replicasets', 'ReplicaSet', 'rs'),
  resource('policy/v1', 'poddisruptionbudgets', 'PodDisruptionBudget', 'pdb'),
  resource('autoscaling/v2', 'horizontalpodautoscalers', 'HorizontalPodAutoscaler', 'hpa'),
  resource('networking.k8s.io/v1', 'networkpolicies', 'NetworkPolicy', 'netpol'),
  resource('keda.sh/v1alpha1', 'scaledobjects', 'ScaledObject', 'so'),
  resource('monitoring.coreos.com/v1', 'podmonitors', 'PodMonitor', 'pmon'),
  resource('monitoring.coreos.com/v1', 'prometheusrules', 'PrometheusRule', 'promrule'),
];

export function apiVersionOf({ group, version }: Resource): string {
  return group === '' ? version : `${group}/${version}`;
}

export function findResource(group: string, version: string, plural: string): Resource | undefined {
  return RESOURCES.find(
    (one) => one.group === group && one.version === version && one.plural === plural,
  );
}
