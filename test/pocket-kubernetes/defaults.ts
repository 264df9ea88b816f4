/** The defaults that kubectl relies on the server to fill in. */
import type { KubeObject } from './objects.ts';

export function withDefaults<T extends KubeObject>(object: T): T {
  if (object.kind === 'StatefulSet') {
    const spec = {
      replicas: 1,
      podManagementPolicy: 'OrderedReady',
      ...(object.spec as { readonly updateStrategy?: object }),
    };
    const updateStrategy = { type: 'RollingUpdate', ...spec.updateStrategy };
    return { ...object, spec: { ...spec, updateStrategy } };
  }
  if (object.kind === 'Deployment') {
    const spec = { replicas: 1, ...(object.spec as { readonly strategy?: object }) };
    return { ...object, spec: { ...spec, strategy: { type: 'RollingUpdate', ...spec.strategy } } };
  }
  return object;
}
