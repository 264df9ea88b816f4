/**
 * Goal: the audit trail over NATS cannot be deleted from, keeps to its bounds, and outlives its server:
 * privileged records are refused in time while it is away, the others arrive later. Method: the trail
 * on a real nats-server that is killed, filled and robbed of the stream.
 */
import type { NatsConnection } from 'nats';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { JetStreamLog } from '../../shared/adapters/jetstream-log.ts';
import { connectNats } from '../../shared/adapters/nats-connection.ts';
import { LogAuditTrail } from '../../shared/cluster/audit-trail.ts';
import { compileRules } from '../../shared/ingress/compiled-rules.ts';
import { defaultRules } from '../../shared/ingress/rules-file.ts';
import { AUDIT_REFERENCES_MAX } from '../../shared/protocol/audit.ts';
import { auditRecord } from '../support/audit-log.ts';
import { describeWithNats } from '../support/describe-with-nats.ts';
import { NatsServer } from '../support/nats-server.ts';

const STREAM = 'selfsame-audit-p000-e1';
const STREAM_BYTES = 2 ** 20;
const PATIENCE_MS = 500;

describeWithNats('the audit trail over NATS', () => {
  let server: NatsServer;
  let connection: NatsConnection;
  let trail: LogAuditTrail;

  beforeAll(async () => {
    server = await NatsServer.start();
    connection = await connectNats({ servers: server.url, name: 'audit' });
    const rules = compileRules(defaultRules());
    trail = new LogAuditTrail({
      log: async () => {
        const log = new JetStreamLog(connection, {
          prefix: 'selfsame-audit',
          streamBytesMax: STREAM_BYTES,
          recordMs: 86_400_000,
          timeoutMs: 1_000,
        });
        for (const shelf of [0, 1]) await log.create(shelf, 1);
        return log;
      },
      idKey: new Uint8Array(16),
      rules: () => rules,
      customer: async () => null,
      patienceMs: PATIENCE_MS,
    });
  }, 30_000);
  afterAll(async () => {
    await trail?.close();
    await connection?.close();
    await server?.dispose();
  });

  const ask = async (subject: string, body: object) => {
    const reply = await connection.request(`$JS.API.${subject}`, JSON.stringify(body));
    return JSON.parse(reply.string()) as {
      readonly error?: { readonly description: string };
      readonly state?: { readonly bytes: number; readonly messages: number };
    };
  };

  test('records -> cannot be purged or deleted, nor the stream be told to allow it', async () => {
    await trail.write(auditRecord(1));
    const denied = [
      await ask(`STREAM.PURGE.${STREAM}`, {}),
      await ask(`STREAM.MSG.DELETE.${STREAM}`, { seq: 1 }),
      await ask(`STREAM.UPDATE.${STREAM}`, {
        name: STREAM,
        subjects: ['selfsame-audit.v1.log.000.1'],
        storage: 'file',
        discard: 'old',
        max_bytes: STREAM_BYTES,
        max_age: 86_400_000_000_000,
        duplicate_window: 100_000_000,
        num_replicas: 1,
        deny_delete: false,
        deny_purge: false,
      }),
    ];
    for (const { error } of denied) expect(error?.description).toBeDefined();
    expect((await trail.list({})).entries).toHaveLength(1);
  });

  test('the server killed -> privileged records are refused in time, look-ups wait for it', async () => {
    await server.kill();
    const startedAt = performance.now();
    trail.note('look_up', auditRecord(2));
    await expect(trail.write(auditRecord(3))).rejects.toMatchObject({ code: 'unavailable' });
    expect(performance.now() - startedAt).toBeLessThan(PATIENCE_MS + 500);
    await server.restart();
    const times = async () =>
      (await trail.list({}).catch(() => ({ entries: [] }))).entries.map(({ time }) => time);
    await expect.poll(times, { timeout: 20_000 }).toContain(2);
    await trail.write(auditRecord(4));
    // The refused one had been sent or not: its caller did nothing, and no record is told twice.
    const seen = await times();
    expect(seen.filter((time) => time !== 3)).toEqual([4, 2, 1]);
    expect((await trail.list({})).entries.some(({ isDamaged }) => isDamaged)).toBe(false);
  }, 60_000);

  test('more than there is room for -> the oldest go, what is left is whole', async () => {
    const references = Array.from({ length: AUDIT_REFERENCES_MAX }, (_, one) =>
      trail.reference('test', String(one)),
    );
    for (let time = 10; time < 250; time++) await trail.write(auditRecord(time, { references }));
    const { state } = await ask(`STREAM.INFO.${STREAM}`, {});
    expect(state?.bytes).toBeLessThanOrEqual(STREAM_BYTES);
    expect(state?.messages).toBeLessThan(240);
    const { entries } = await trail.list({ shelf: 'privileged' }, { pageSize: 1_000 });
    expect(entries).toHaveLength(state?.messages ?? 0);
    expect(entries[0]?.time).toBe(249);
    expect(entries.some(({ isDamaged }) => isDamaged)).toBe(false);
  }, 60_000);

  test('the stream removed by somebody who may -> made anew, and the trail tells of it', async () => {
    await ask(`STREAM.DELETE.${STREAM}`, {});
    await expect
      .poll(() => trail.write(auditRecord(1_000)).then(() => 'written', String), {
        timeout: 20_000,
      })
      .toBe('written');
    const { entries } = await trail.list({ shelf: 'privileged' });
    expect(entries.at(-1)?.isDamaged).toBe(true);
  }, 60_000);
});
