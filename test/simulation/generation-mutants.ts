/** Mutants of candidate generations beside the live one (ARCHITECTURE S23), for schedules with a trial. */
import { type Mutant, one } from './mutant.ts';

const MIRROR = 'shared/engine/partition-mirror.ts';
const NATS_MIRROR = 'shared/engine/nats-mirror.ts';

export const GENERATION_MUTANTS: readonly Mutant[] = [
  one(
    'what changes while a shadow is built is not noted',
    'shared/engine/partition.ts',
    'if (this.#mirror === 0) return;',
    'return;',
  ),
  one(
    'a change is forgotten before its copy is durable',
    MIRROR,
    '    await this.#copy([...actors.values()]);\n    await note(changes.map((key) => [key, null]));\n',
    '    await note(changes.map((key) => [key, null]));\n    await this.#copy([...actors.values()]);\n',
  ),
  one(
    'the scan goes on before its copies are durable',
    NATS_MIRROR,
    '        await Promise.all(submitted.map(({ durable }) => durable));\n',
    '        for (const { durable } of submitted) durable.catch(() => undefined);\n',
  ),
  one(
    'a scan begins before changes are noted',
    NATS_MIRROR,
    'if (member.partition.mirror === this.target) this.#begin(partition, member);',
    'if (member.partition.mirror >= 0) this.#begin(partition, member);',
  ),
  one(
    'partitions go on noting changes for a shadow that was dropped',
    NATS_MIRROR,
    '    if (state.mirror === 0 || !runner.isOwner) continue;\n',
    '    if (state.mirror >= 0 || !runner.isOwner) continue;\n',
  ),
  one(
    'decisions are not copied while a shadow is built',
    MIRROR,
    "const PHASES: readonly CopiedKind[] = ['i/', 'd/', 'a/', 'b/'];",
    "const PHASES: readonly CopiedKind[] = ['i/', 'a/', 'b/'];",
  ),
];
