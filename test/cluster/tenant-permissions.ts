/** Each user of NATS tries what is not its own; the server refuses, and nothing else had to be refused. */
import { connect as connectPlain, type NatsConnection } from 'nats';
import { expect, test } from 'vitest';
import { NATS_USERS, natsUserName } from '../../shared/cluster/nats-permissions.ts';
import { TENANTS, type TenantCluster } from '../support/tenant-cluster.ts';

export function permissionsSuffice(stage: () => TenantCluster): void {
  test('no service wanted more than it may', () => {
    const { processes } = stage().parts;
    expect(processes.nats.output.split('\n').filter((line) => line.includes('iolation'))).toEqual(
      [],
    );
    expect(processes.unexpectedExits).toEqual([]);
  });
}

export function permissionsOfUsers(stage: () => TenantCluster): void {
  test.each([
    // user          subject that it may not publish
    ['gateway', 'selfsame-t-acme.v1.log.000.1'],
    ['gateway', 'selfsame-t-acme-feed.v1.log.000.1'],
    ['gateway', 'selfsame-t-acme-placement.v1.log.000.1'],
    ['gateway', 'selfsame-t-acme.v1.marks'],
    ['gateway', 'selfsame-t-acme.v1.placement.table'],
    ['gateway', '$JS.API.STREAM.DELETE.selfsame-t-acme-p000-e1'],
    ['gateway', '$JS.API.STREAM.MSG.GET.selfsame-t-acme-p000-e1'],
    ['gateway', '$JS.API.STREAM.PURGE.selfsame-t-acme-audit-p000-e1'],
    ['gateway', '$JS.API.STREAM.MSG.DELETE.selfsame-t-acme-audit-p000-e1'],
    ['gateway', '$JS.API.STREAM.UPDATE.selfsame-t-acme-audit-p000-e1'],
    ['gateway', '$JS.API.STREAM.LIST'],
    ['coordinator', 'selfsame-t-acme-audit.v1.log.000.1'],
    ['coordinator', 'selfsame-t-acme-feed.v1.log.000.1'],
    ['coordinator', 'selfsame-t-acme.v1.query.000'],
    ['coordinator', '$JS.API.STREAM.MSG.GET.selfsame-t-acme-p000-e1'],
    ['coordinator', '$JS.API.STREAM.MSG.GET.selfsame-t-acme-audit-p000-e1'],
    ['coordinator', '$JS.API.STREAM.PURGE.selfsame-t-acme-p000-e1'],
    ['coordinator', '$O.selfsame-t-acme-snapshots.C.x'],
    ['shard', 'selfsame-t-acme-audit.v1.log.000.1'],
    ['shard', 'selfsame-t-acme-placement.v1.log.000.1'],
    ['shard', 'selfsame-t-acme.v1.placement.table'],
    ['shard', 'selfsame-t-acme.v1.ingest'],
    ['shard', '_INBOX.feed.x'],
    ['shard', '$JS.API.STREAM.MSG.GET.selfsame-t-acme-audit-p000-e1'],
    ['shard', '$JS.API.CONSUMER.CREATE.selfsame-t-acme-audit-p000-e1'],
    ['shard', '$JS.API.STREAM.DELETE.selfsame-t-acme-audit-p000-e1'],
    ['shard', '$JS.API.STREAM.PURGE.selfsame-t-acme-agreement-p000-e1'],
    ['shard', '$JS.API.STREAM.DELETE.selfsame-t-acme-feed-p000-e1'],
    ['feed', 'selfsame-t-acme-feed.v1.log.000.1'],
    ['feed', 'selfsame-t-acme.v1.ingest'],
    ['feed', 'selfsame-t-acme.v1.query.000'],
    ['feed', '$JS.API.STREAM.MSG.GET.selfsame-t-acme-p000-e1'],
    ['feed', '$JS.API.STREAM.PURGE.selfsame-t-acme-feed-p000-e1'],
  ] as const)('%s publishes %s -> refused', async (user, subject) => {
    const { connection, errors } = await stage().as(user, 'acme');
    connection.publish(subject, '{}');
    await connection.flush();
    await expect.poll(() => errors.join(), { timeout: 5_000 }).toContain('PERMISSIONS_VIOLATION');
    expect(errors.join()).toContain(subject);
    await connection.close();
  });

  test.each([
    // user          subject that it may not hear
    ['gateway', '>'],
    ['gateway', '_INBOX.>'],
    ['gateway', '_INBOX.shard.>'],
    ['gateway', 'selfsame-t-acme.v1.ingest'],
    ['gateway', 'selfsame-t-acme.v1.query.>'],
    ['gateway', 'selfsame-t-acme-audit.v1.log.>'],
    ['coordinator', '_INBOX.gateway.>'],
    ['coordinator', 'selfsame-t-acme.v1.log.>'],
    ['coordinator', 'selfsame-t-acme-audit.v1.log.>'],
    ['shard', '_INBOX.gateway.>'],
    ['shard', 'selfsame-t-acme.v1.ingest'],
    ['shard', 'selfsame-t-acme-audit.v1.log.>'],
    ['shard', '$JS.EVENT.>'],
    ['feed', 'selfsame-t-acme.v1.marks'],
    ['feed', 'selfsame-t-acme-feed.v1.log.>'],
    ['feed', '_INBOX.gateway.>'],
  ] as const)('%s subscribes %s -> refused', async (user, subject) => {
    const { connection } = await stage().as(user, 'acme');
    const refused = new Promise<string>((resolve) => {
      connection.subscribe(subject, { callback: (error) => resolve(String(error?.message)) });
    });
    expect(await refused).toMatch(/Permissions Violation|permissions violation/i);
    await connection.close();
  });

  async function streamsOf(connection: NatsConnection): Promise<readonly string[]> {
    const reply = await connection.request('$JS.API.STREAM.NAMES', '{}');
    return (JSON.parse(reply.string()) as { readonly streams: string[] | null }).streams ?? [];
  }

  test('an account sees its own streams only; no user without its password', async () => {
    const { processes, users } = stage().parts;
    for (const tenant of TENANTS) {
      const { connection } = await stage().as('shard', tenant);
      const streams = await streamsOf(connection);
      expect(streams.length).toBeGreaterThan(5);
      for (const name of streams) expect(name).toContain(`selfsame-t-${tenant}`);
      await connection.close();
    }
    for (const user of NATS_USERS) {
      const name = natsUserName(user, 'acme');
      const pass = users.password(user, 'globex');
      const wrong = connectPlain({ ...stage().natsAddress, user: name, pass });
      await expect(wrong).rejects.toThrow(/Authorization Violation/i);
    }
    await expect(connectPlain(stage().natsAddress)).rejects.toThrow(/Authorization/i);
    const { servers, tls } = stage().natsAddress;
    const plain = {
      servers,
      user: natsUserName('shard', 'acme'),
      pass: users.password('shard', 'acme'),
    };
    // The server closes without a word, and the client goes on trying.
    const uncertified = connectPlain({ ...plain, tls: { caFile: tls.caFile }, timeout: 2_000 });
    await expect(uncertified).rejects.toMatchObject({ code: 'TIMEOUT' });
    await (await connectPlain({ ...plain, tls, timeout: 10_000 })).close();
    // What the search for violations above would have found.
    expect(processes.nats.output).toMatch(/Publish Violation[^\n]*acme-gateway/);
  });
}
