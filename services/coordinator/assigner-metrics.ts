/** Prometheus metrics of placement, as the coordinators see it. */
import { Gauge, type Registry } from 'prom-client';
import type { AssignmentReader } from '../../shared/cluster/assignment-log.ts';
import type { Assigner } from './assigner.ts';

export function registerAssignerMetrics(
  registry: Registry,
  assigner: Assigner,
  reader: AssignmentReader,
): void {
  const gauges: readonly (readonly [name: string, help: string, read: () => number])[] = [
    [
      'selfsame_assigner_leader',
      '1 while this coordinator holds the lease of the assigner; the sum over all must be 1.',
      () => Number(assigner.isLeader),
    ],
    [
      'selfsame_partitions_unowned',
      'Partitions that no shard says it owns, as this coordinator hears it.',
      () => assigner.unowned,
    ],
    ['selfsame_shards_present', 'Shards heard of now.', () => assigner.present.length],
    [
      'selfsame_ring_revision',
      'Revision of the assignment table that this process follows.',
      () => reader.assignment.revision,
    ],
  ];
  for (const [name, help, read] of gauges) {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  }
}
