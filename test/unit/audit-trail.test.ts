/**
 * Goal: the audit trail tells all that was recorded and nothing else, notices what was changed in it,
 * and holds nobody up while its log is away. Method: the real trail on a log in memory.
 */
import { expect, test } from 'vitest';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import { LogAuditTrail } from '../../shared/cluster/audit-trail.ts';
import { compileRules } from '../../shared/ingress/compiled-rules.ts';
import { defaultRules } from '../../shared/ingress/rules-file.ts';
import type { AuditFilter } from '../../shared/protocol/audit.ts';
import { ClusterError, type CustomerView } from '../../shared/protocol/cluster.ts';
import { auditRecord, type AuditTestLog, auditTestLog } from '../support/audit-log.ts';

const rules = compileRules(defaultRules());
const KEY = new Uint8Array(16).fill(3);
const ANN = { namespace: 'email', value: 'ann@shop.example' };

interface TrailOptions {
  readonly waitingMax?: number;
  readonly keptEntries?: number;
  readonly patienceMs?: number;
}

/** Where nothing fails nobody runs out of patience, however busy the machine is. */
const PATIENCE_MS = 60_000;

function trailOn(log: AuditTestLog, options: TrailOptions = {}) {
  return new LogAuditTrail({
    log: async () => log.log,
    idKey: KEY,
    rules: () => rules,
    customer: async (ref) =>
      ref === CUSTOMER
        ? ({
            profiles: [{ profileRef: `p${'b'.repeat(25)}a` }],
            identifiers: [{ ...ANN, kind: 'evidence' }],
          } as unknown as CustomerView)
        : null,
    patienceMs: PATIENCE_MS,
    ...options,
  });
}

const CUSTOMER = `c${'a'.repeat(26)}`;

/** Times of what a filter finds, page by page. */
async function timesOf(trail: LogAuditTrail, filter: AuditFilter = {}, pageSize = 100) {
  const times: number[] = [];
  let pageToken: string | null = null;
  do {
    const page = await trail.list(filter, { pageSize, pageToken });
    expect(page.entries.length).toBeLessThanOrEqual(pageSize);
    times.push(...page.entries.map(({ time }) => time));
    pageToken = page.nextPageToken;
  } while (pageToken !== null);
  return times;
}

async function settled(trail: LogAuditTrail): Promise<void> {
  for (let turn = 0; trail.state.waiting > 0 && turn < 2_000; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

test('records of both shelves -> listed latest first, in pages of any size', async () => {
  const trail = trailOn(auditTestLog());
  for (let time = 1; time <= 40; time++) {
    if (time % 3 === 0) await trail.write(auditRecord(time));
    else trail.note('look_up', auditRecord(time));
    if (time % 7 === 0) await settled(trail);
  }
  await settled(trail);
  const all = Array.from({ length: 40 }, (_, index) => 40 - index);
  for (const pageSize of [1, 2, 7, 100]) expect(await timesOf(trail, {}, pageSize)).toEqual(all);
  expect(await timesOf(trail, { shelf: 'privileged' })).toEqual(
    all.filter((time) => time % 3 === 0),
  );
  expect(trail.state).toEqual({ waiting: 0, lost: 0, written: 40 });
});

test.each([
  // what is asked for                                                found
  [{ actor: 'steward:2' }, [5]],
  [{ method: 'MustLink' }, [6, 5, 4, 1]],
  [{ method: 'selfsame.v1.StewardService/MustLink' }, [6, 5, 4, 1]],
  [{ method: 'Link' }, []],
  [{ since: 4 }, [6, 5, 4]],
  [{ until: 4 }, [3, 2, 1]],
  [{ since: 2, until: 5 }, [4, 3, 2]],
  [{ identifier: { namespace: 'email', value: ' Ann@SHOP.example ' } }, [2]],
  [{ identifier: { namespace: 'crm_id', value: 'ann@shop.example' } }, []],
  [{ customer: CUSTOMER }, [3, 2, 1]],
  [{ customer: CUSTOMER, identifier: ANN }, [2]],
  [{ customer: `p${'b'.repeat(25)}a` }, [3]],
] as const)('filter %o -> records %o', async (filter, found) => {
  const trail = trailOn(auditTestLog());
  await trail.write(auditRecord(1, { references: [CUSTOMER] }));
  const method = 'selfsame.v1.ResolutionService/Resolve';
  trail.note('look_up', auditRecord(2, { method, references: [trail.identifierReference(ANN)] }));
  trail.note('look_up', auditRecord(3, { method, references: [`p${'b'.repeat(25)}a`] }));
  await trail.write(auditRecord(4, { references: [trail.reference('decision', '1')] }));
  await trail.write(auditRecord(5, { actor: 'steward:2' }));
  await trail.write(auditRecord(6));
  await settled(trail);
  expect(await timesOf(trail, filter, 1)).toEqual(found);
});

test('times far apart -> a list until then begins there', async () => {
  const hour = 3_600_000;
  const trail = trailOn(auditTestLog());
  for (let index = 0; index < 100; index++) await trail.write(auditRecord(index * hour));
  expect((await timesOf(trail, { until: 50 * hour, since: 48 * hour })).toSorted()).toEqual(
    [48 * hour, 49 * hour].toSorted(),
  );
});

test('a token -> refused with another filter, or when it is none', async () => {
  const trail = trailOn(auditTestLog());
  for (let time = 1; time < 4; time++) await trail.write(auditRecord(time));
  const { nextPageToken } = await trail.list({ actor: 'steward:1' }, { pageSize: 1 });
  const wild = Buffer.from(JSON.stringify(['x', [['privileged', 1e15, -4]]])).toString('base64url');
  for (const pageToken of [nextPageToken, wild, 'nonsense', '!']) {
    const listing = trail.list({ actor: 'steward:2' }, { pageToken });
    await expect(listing).rejects.toMatchObject({ code: 'invalid_argument' });
  }
});

test('entries changed, taken out or written twice in the log -> damaged, or told once', async () => {
  const store = new MemoryStore();
  const log = auditTestLog(store);
  const trail = trailOn(log, { patienceMs: 2_000 });
  for (let time = 1; time <= 6; time++) await trail.write(auditRecord(time));
  const rows = store.range('l0000/', 'l0000/~').filter(([, bytes]) => bytes.length > 0);
  const [, second, , fourth] = rows.map(([key]) => key) as [string, string, string, string];
  const changed = Buffer.from(store.get(second) as Uint8Array);
  changed.write('steward:9', changed.indexOf('steward:1'));
  await store.commit([
    [second, changed],
    [fourth, null],
  ]);
  const damaged = async () =>
    (await trail.list({})).entries.map(({ time, isDamaged }) => `${time}${isDamaged ? '!' : ''}`);
  // 3 is damaged because 4, its successor, is missing; 2 because it was changed.
  expect(await damaged()).toEqual(['6', '5', '3!', '2!', '1']);
  log.isDeaf = true;
  const written = trail.write(auditRecord(7));
  await expect(written).rejects.toMatchObject({ code: 'unavailable' });
  log.isDeaf = false;
  await trail.write(auditRecord(8));
  expect((await damaged()).slice(0, 3)).toEqual(['8', '7', '6']);
});

test('the log away -> writes fail in time, notes wait, losses are counted and told', async () => {
  const log = auditTestLog();
  const trail = trailOn(log, { waitingMax: 100, patienceMs: 2_000 });
  await trail.write(auditRecord(1));
  log.isAway = true;
  const startedAt = performance.now();
  for (let time = 2; time < 152; time++) trail.note('look_up', auditRecord(time));
  // Nobody waits, though the log is away: a busy machine's pause aside.
  expect(performance.now() - startedAt).toBeLessThan(1_000);
  await expect(trail.write(auditRecord(200))).rejects.toThrow(ClusterError);
  await expect(trail.list({})).rejects.toMatchObject({ code: 'unavailable' });
  log.isAway = false;
  await expect.poll(() => trail.state.waiting, { timeout: 20_000 }).toBe(0);
  trail.note('look_up', auditRecord(300));
  await settled(trail);
  const { entries } = await trail.list({ shelf: 'look_up' }, { pageSize: 1_000 });
  const lost = entries.filter(({ phase }) => phase === 'lost');
  expect(lost.reduce((sum, { items }) => sum + items, 0)).toBe(trail.state.lost);
  expect(entries.length - lost.length + trail.state.lost).toBe(151);
  expect(trail.state.lost).toBe(50);
});

test('more than is kept -> the oldest go, the rest is told undamaged', async () => {
  const trail = trailOn(auditTestLog(), { keptEntries: 300 });
  for (let time = 1; time <= 600; time++) await trail.write(auditRecord(time));
  await expect.poll(async () => (await timesOf(trail)).length).toBeLessThan(600);
  const { entries } = await trail.list({}, { pageSize: 1_000 });
  expect(entries.length).toBeGreaterThanOrEqual(300);
  expect(entries.some(({ isDamaged }) => isDamaged)).toBe(false);
});
