/** What `kubectl get` shows: rows made by the server. */
import { isReady, isTerminating, type KubeObject, type Pod } from './objects.ts';
import type { Resource } from './resources.ts';

function age({ metadata }: KubeObject): string {
  const seconds = Math.round((Date.now() - Date.parse(metadata.creationTimestamp ?? '')) / 1000);
  return seconds < 120 ? `${seconds}s` : `${Math.floor(seconds / 60)}m`;
}

function podRow(pod: Pod): readonly (readonly [string, string])[] {
  const statuses = pod.status?.containerStatuses ?? [];
  const states: readonly { waiting?: { reason?: string } }[] = statuses.map(({ state }) => state);
  const waiting = states.find((state) => state.waiting !== undefined)?.waiting;
  const phase = pod.status?.phase ?? 'Pending';
  return [
    ['Name', pod.metadata.name],
    ['Ready', `${statuses.filter(({ ready }) => ready).length}/${pod.spec.containers.length}`],
    ['Status', isTerminating(pod) ? 'Terminating' : (waiting?.reason ?? phase)],
    ['Restarts', String(statuses.reduce((sum, one) => sum + one.restartCount, 0))],
    ['Age', age(pod)],
    ['IP', pod.status?.podIP ?? '<none>'],
  ];
}

function workloadRow(object: KubeObject): readonly (readonly [string, string])[] {
  const { replicas = 1 } = object.spec as { readonly replicas?: number };
  const { readyReplicas = 0 } = (object.status ?? {}) as { readonly readyReplicas?: number };
  return [
    ['Name', object.metadata.name],
    ['Ready', `${readyReplicas}/${replicas}`],
    ['Age', age(object)],
  ];
}

function rowOf(resource: Resource, object: KubeObject) {
  if (resource.kind === 'Pod') return podRow(object as Pod);
  if (resource.kind === 'StatefulSet' || resource.kind === 'Deployment') return workloadRow(object);
  return [
    ['Name', object.metadata.name],
    ['Age', age(object)],
  ] as const;
}

/** A `meta.k8s.io/v1` Table. */
export function tableOf(resource: Resource, objects: readonly KubeObject[], revision: number) {
  const rows = objects.map((object) => rowOf(resource, object));
  const empty = { metadata: { name: '' }, spec: { containers: [] } } as unknown as KubeObject;
  const columns = rows[0] ?? rowOf(resource, empty);
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: { resourceVersion: String(revision) },
    columnDefinitions: columns.map(([name]) => ({
      name,
      type: 'string',
      format: name === 'Name' ? 'name' : '',
      description: name,
      priority: name === 'IP' ? 1 : 0,
    })),
    rows: rows.map((row, index) => ({
      cells: row.map(([, cell]) => cell),
      object: {
        kind: 'PartialObjectMetadata',
        apiVersion: 'meta.k8s.io/v1',
        metadata: objects[index]?.metadata,
      },
    })),
  };
}

/** One line a pod, for messages of tests. */
export function describePods(pods: readonly Pod[]): string {
  const lines = pods.map((pod) => {
    const cells = podRow(pod).map(([, cell]) => cell);
    return `${cells.join('  ')}${isReady(pod) ? '' : '  (not ready)'}`;
  });
  return lines.join('\n');
}
