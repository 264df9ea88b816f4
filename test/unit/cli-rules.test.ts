/** `selfsame rules` and `selfsame model` against an embedded cluster. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runSelfsame } from '../../services/cli/program.ts';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import { openEmbeddedCluster } from '../../shared/engine/embedded-cluster.ts';
import { defaultRulesPath } from '../../shared/ingress/rules-file.ts';
import { recordingContext } from './cli-recording-context.ts';
import { visit } from './embedded-fixture.ts';

test('try, report, show, activate, drop -> what they say and their exit codes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'selfsame-rules-'));
  const cluster = await openEmbeddedCluster({ dataDir: new MemoryStore() });
  const bound = new Proxy(cluster, {
    get: (target, name) => {
      if (name === 'close') return async () => undefined;
      const found: unknown = Reflect.get(target, name, target);
      return typeof found === 'function' ? (found.bind(target) as unknown) : found;
    },
  });
  const selfsame = async (...argv: string[]) => {
    const context = recordingContext({ clusters: { connect: async () => bound } });
    return {
      code: await runSelfsame(argv, context),
      out: context.stdout.text,
      err: context.stderr.text,
    };
  };
  try {
    const file = join(folder, 'rules.yaml');
    const text = readFileSync(defaultRulesPath(), 'utf8');
    writeFileSync(
      file,
      text.replace(/(\n {2}email:\n(?: {4}.*\n)*? {4}certainty: )0\.97/, '$10.65'),
    );
    await cluster.ingest(
      [
        visit('1', {}, 'user_id:a email:x@company.example'),
        visit('2', {}, 'crm_id:7 email:x@company.example'),
      ],
      { ack: 'settled', receivedAt: 0 },
    );
    expect(await selfsame('rules', 'activate')).toMatchObject({ code: 1 });
    const tried = await selfsame('rules', 'try', file);
    expect(tried).toMatchObject({ code: 0 });
    expect(tried.out).toMatch(/customers split +1/);
    expect(tried.out).toMatch(/split by the candidate/);
    const report = await selfsame('rules', 'report', '--json');
    expect(JSON.parse(report.out)).toMatchObject({ split: 1, merged: 0, interactions: 2 });
    expect((await selfsame('rules', 'show')).out).toMatch(
      /candidate +\w{16} +generation 2, complete/,
    );
    expect((await selfsame('model', 'show')).out).toMatch(/declares every certainty/);
    expect(await selfsame('model', 'fit')).toMatchObject({ code: 2 });
    expect((await selfsame('rules', 'drop')).code).toBe(0);
    await selfsame('rules', 'try', file, '--no-wait');
    while ((await cluster.versions.list()).shadow?.isComplete !== true) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const activated = await selfsame('rules', 'activate');
    expect(activated).toMatchObject({ code: 0, out: expect.stringMatching(/generation 3/) });
    writeFileSync(file, 'cluster_floor: 7');
    expect(await selfsame('rules', 'try', file)).toMatchObject({ code: 2 });
  } finally {
    await cluster.close();
    rmSync(folder, { recursive: true });
  }
});
