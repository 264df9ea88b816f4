/**
 * Goal: what a runbook looks for in a log is written there, and nothing of customers. Method: the router
 * and the auditor on logs that fail, with the real logger.
 */
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { createLogger } from '../../shared/adapters/logging.ts';
import { LogAuditTrail } from '../../shared/cluster/audit-trail.ts';
import { Router } from '../../shared/cluster/router.ts';
import type { ProfileId } from '../../shared/domain/identifier.ts';
import { MessageKind } from '../../shared/domain/messages.ts';
import { compileRules } from '../../shared/ingress/compiled-rules.ts';
import { defaultRules } from '../../shared/ingress/rules-file.ts';
import { MarkTable } from '../../shared/protocol/marks.ts';
import { Auditor } from '../../services/gateway/auditor.ts';
import { auditTestLog } from '../support/audit-log.ts';
import { ownerMark } from '../support/owner-mark.ts';
import { TestClock } from '../support/test-clock.ts';

const PROFILE = 'p' as ProfileId;
const rules = compileRules(defaultRules());
const CALLER = { subject: 'steward:1', tenant: '', scopes: new Set<never>() };

function recordingLogger() {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
  const logger = createLogger({ service: 'gateway', version: '0', destination, repeatsMax: 2 });
  return { logger, lines, messages: () => lines.map(({ msg }) => msg) };
}

function auditorOn(away: ReturnType<typeof auditTestLog>, waitingMax = 1) {
  const recorded = recordingLogger();
  const trail = new LogAuditTrail({
    log: async () => away.log,
    idKey: new Uint8Array(16).fill(3),
    rules: () => rules,
    customer: async () => null,
    patienceMs: 50,
    waitingMax,
  });
  const trails = new Map([['', trail]]);
  const auditor = new Auditor(trails, 'references', new Registry(), recorded.logger);
  const call = (method: string) => ({
    caller: CALLER,
    method: `selfsame.v1.${method}`,
    requestId: 'r',
    certificate: undefined,
  });
  return { ...recorded, trail, auditor, call };
}

test('an append that is not acknowledged -> told, with partition, epoch and error', async () => {
  const failures: unknown[] = [];
  const marks = new MarkTable();
  marks.take(ownerMark());
  const error = new Error('no leader');
  const router = new Router({
    log: { append: () => Promise.reject(error) } as never,
    clock: new TestClock(),
    marks,
    topology: { partitions: 1, desks: 1 },
    routerId: 'r',
    onAppendFailed: (...words) => failures.push(words),
  });
  const [one] = router.submit([[0, [MessageKind.label, PROFILE, 'name', null]]]);
  one?.durable.catch(() => undefined);
  one?.accepted.catch(() => undefined);
  await new Promise((resolve) => setImmediate(resolve));
  expect(failures).toEqual([[0, ownerMark().epoch, error]]);
  router.close();
});

test('a privileged call without its record -> logged with the cause, and no identifier', async () => {
  const away = auditTestLog();
  away.isAway = true;
  const { auditor, call, lines, trail } = auditorOn(away);
  const request = { identifiers: [{ namespace: 'email', value: 'ann@shop.example' }] };
  const open = auditor.open(call('StewardService/RetractIdentifier'), request, 1);
  await expect(open?.begun).rejects.toThrow('audit trail');
  expect(lines).toMatchObject([
    {
      level: 'warn',
      msg: 'audit record not written, call refused',
      grpc_method: 'selfsame.v1.StewardService/RetractIdentifier',
      err: { cause: { code: 'unavailable', message: 'out of reach' } },
    },
  ]);
  expect(JSON.stringify(lines)).not.toContain('shop.example');
  await trail.close();
});

test('records of look-ups lost -> logged, not once for each', async () => {
  const away = auditTestLog();
  away.isAway = true;
  const { auditor, call, messages, lines, trail } = auditorOn(away);
  for (let index = 0; index < 50; index++) {
    auditor.open(call('ResolutionService/Resolve'), {}, 1)?.end(null, {});
  }
  expect(trail.state.lost).toBeGreaterThan(40);
  expect(messages()).toEqual(['audit record lost', 'audit record lost']);
  expect(lines[0]).toMatchObject({ level: 'error', lost: 1, waiting: 1 });
  await trail.close();
});
