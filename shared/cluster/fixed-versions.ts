/** Versions of a cluster that cannot change its rules. */
import { ClusterError } from '../protocol/cluster.ts';
import type { Versions } from '../protocol/versions.ts';

function refuse(): Promise<never> {
  return Promise.reject(
    new ClusterError('failed_precondition', 'the rules of this cluster cannot be changed'),
  );
}

export class FixedVersions implements Versions {
  list = refuse;
  propose = refuse;
  report = refuse;
  activate = refuse;
  drop = refuse;
  model = refuse;
}
