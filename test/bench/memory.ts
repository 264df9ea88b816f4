/**
 * Memory of a process that holds the state of millions of identifiers: each person a login, an
 * e-mail address, a phone number and a device. LMDB maps its file, so resident memory counts pages
 * that the kernel drops whenever it needs room: what the process itself holds is told apart.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedCluster } from '../../shared/engine/embedded-cluster.ts';
import { inParallel, measure, memory } from './measure.ts';
import { register } from './registrations.ts';
import type { Report } from './report.ts';
import { batchesOf, deviceOf, emailOf, type Identifier, loginOf, phoneOf } from './workload.ts';

const IDENTIFIERS_EACH = 4;
const STEPS = 5;
const LIMIT_MIB = 1024;
const QUESTIONS = 200_000;

export async function benchMemory(report: Report, identifiers: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'selfsame-bench-'));
  try {
    const cluster = await openEmbeddedCluster({ dataDir: folder });
    const persons = Math.ceil(identifiers / IDENTIFIERS_EACH);
    const step = Math.ceil(persons / STEPS);
    for (let start = 0; start < persons; start += step) {
      const end = Math.min(persons, start + step);
      const { seconds } = await measure(() => register(cluster, start, end, identifiersOf));
      const { resident, anonymous, mapped, heapUsed } = memory();
      const disk = statSync(join(folder, 'data.mdb')).size / 2 ** 20;
      report.add({
        part: 'memory',
        what: `${(end * IDENTIFIERS_EACH).toLocaleString('en')} identifiers, memory held`,
        value: anonymous,
        unit: 'MiB',
        peer: { what: 'the limit in MiB', value: LIMIT_MIB },
        note:
          `heap ${heapUsed.toFixed(0)}, resident ${resident.toFixed(0)} of which mapped file ` +
          `${mapped.toFixed(0)}, file ${disk.toFixed(0)} MiB; ` +
          `ingest ${Math.round((end - start) / seconds).toLocaleString('en')} interactions/s`,
      });
    }
    const questions = Array.from({ length: QUESTIONS }, (_, index) => anyOf(index, persons));
    const { seconds } = await measure(() =>
      inParallel(batchesOf(questions, 1_000), 4, (batch) => cluster.resolve(batch)),
    );
    report.add({
      part: 'memory',
      what: 'look-ups in process, all over the state',
      value: QUESTIONS / seconds,
      unit: 'identifiers/s',
    });
    await cluster.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Spread over all persons: a stride that shares no factor with their number comes everywhere. */
function anyOf(index: number, persons: number): Identifier {
  const person = (index * 7_919_113) % persons;
  return index % 2 === 0 ? loginOf(person) : emailOf(person);
}

/** A login, an e-mail address, a phone number and a device. */
function identifiersOf(person: number): readonly Identifier[] {
  return [loginOf(person), emailOf(person), phoneOf(person), deviceOf(person)];
}
