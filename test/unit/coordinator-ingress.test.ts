/** Ingress: calls that wait end with what they wait for, and leave nothing behind at a deadline. */
import { beforeEach, expect, test } from 'vitest';
import { SYSTEM_CLOCK } from '../../shared/adapters/clock.ts';
import { ReferenceCodec } from '../../shared/cluster/references.ts';
import { EmbeddedLog } from '../../shared/engine/embedded-log.ts';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import { compileRules } from '../../shared/ingress/compiled-rules.ts';
import { defaultRules } from '../../shared/ingress/rules-file.ts';
import { MarkTable, type PartitionMark } from '../../shared/protocol/marks.ts';
import { SettledRounds } from '../../shared/protocol/settled-rounds.ts';
import { Ingress } from '../../services/coordinator/ingress.ts';
import { Router } from '../../shared/cluster/router.ts';
import { ownerMark } from '../support/owner-mark.ts';

const BUSY = ownerMark({ durable: 4, applied: 5, last: 5 });
const QUIET = ownerMark({ durable: 5, applied: 5, last: 5 });

let ingress: Ingress;
let router: Router;
let take: (mark: PartitionMark) => void;

beforeEach(() => {
  const marks = new MarkTable();
  const rounds = new SettledRounds(1);
  const clock = SYSTEM_CLOCK;
  router = new Router({
    log: new EmbeddedLog(new MemoryStore()),
    clock,
    marks,
    topology: { partitions: 1, desks: 0 },
    routerId: 'router',
  });
  const rules = compileRules(defaultRules());
  const references = new ReferenceCodec(new Uint8Array(16));
  ingress = new Ingress({ router, rounds, marks, clock, rules, references });
  take = (mark) => {
    marks.take(mark);
    rounds.take(mark);
    ingress.takeMark(mark);
  };
});

test('settle on a busy cluster -> deadline_exceeded, and nothing waits any more', async () => {
  take(BUSY);
  const call = ingress.handle({ kind: 'settle' }, Date.now() + 20);
  expect(ingress.waiting).toBe(1);
  expect(await call).toMatchObject({ kind: 'failed', code: 'deadline_exceeded' });
  expect(ingress.waiting).toBe(0);
});

test('a call that comes after its deadline -> nothing is begun, and it is counted', async () => {
  const items = [
    {
      source: 'web',
      interactionId: '1',
      revision: 0,
      type: 'visit',
      channel: 'web',
      occurredAt: 0,
      parties: [{ role: 'subject', identifiers: [{ namespace: 'user_id', value: 'ada' }] }],
      propertiesJson: '{}',
    },
  ];
  const call = { kind: 'ingest', ack: 'durable', receivedAt: null, items } as const;
  const late = ingress.handle(call, Date.now() - 1);
  expect(router.pending).toBe(0);
  expect(await late).toMatchObject({ kind: 'failed', code: 'deadline_exceeded' });
  expect(router.expiries).toBe(1);
  const inTime = ingress.handle(call, Date.now() + 50);
  expect(router.pending).toBe(1);
  expect(await inTime).toMatchObject({ kind: 'failed', code: 'deadline_exceeded' });
  expect(router.expiries).toBe(2);
});

test('settle on a cluster that comes to rest -> settled after whole rounds of quiet', async () => {
  take(BUSY);
  const call = ingress.handle({ kind: 'settle' }, null);
  for (let round = 0; round < 3; round++) take(QUIET);
  expect(ingress.waiting).toBe(1);
  take(QUIET);
  expect(await call).toEqual({ kind: 'settled' });
  expect(ingress.waiting).toBe(0);
});
