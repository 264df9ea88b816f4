/** What goes with its owner or its namespace. */
import { endPod } from './controllers.ts';
import { isTerminating, type KubeObject, type Pod } from './objects.ts';
import { NAMESPACES, PODS, RESOURCES } from './resources.ts';
import type { ObjectStore } from './store.ts';

export function collectGarbage(store: ObjectStore): void {
  const all = RESOURCES.flatMap((resource) =>
    store.list(resource).map((object) => [resource, object] as const),
  );
  const alive = new Set(all.map(([, { metadata }]) => metadata.uid));
  const isOrphan = ({ metadata }: KubeObject): boolean => {
    const { namespace = '', ownerReferences = [] } = metadata;
    if (namespace !== '' && store.get(NAMESPACES, '', namespace) === undefined) return true;
    return ownerReferences.length > 0 && ownerReferences.every(({ uid }) => !alive.has(uid));
  };
  for (const [resource, object] of all) {
    if (!isOrphan(object)) continue;
    const { namespace = '', name } = object.metadata;
    if (resource !== PODS) store.remove(resource, namespace, name);
    else if (!isTerminating(object)) endPod(store, object as Pod);
  }
}
