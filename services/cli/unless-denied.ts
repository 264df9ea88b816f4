/** Questions that a command asks beside its own work, and that the caller's token may not allow. */
import { ClusterError } from '../../shared/protocol/cluster.ts';

/** The answer; null: this token may not ask. */
export async function unlessDenied<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ClusterError && error.code === 'permission_denied') return null;
    throw error;
  }
}
