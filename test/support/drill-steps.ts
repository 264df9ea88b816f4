/**
 * The steps of the fire drill: what is broken, and which alerts must tell. `injected` says where a
 * cause could not be made real within a test, and which number stands for it.
 */
import { encodeFrame, type Stamped, SubframeKind } from '../../shared/protocol/frame.ts';
import type { Command } from '../../shared/protocol/cluster.ts';
import {
  crowd,
  everyLog,
  fill,
  injecting,
  kill,
  repeat,
  restartGateway,
  send,
  streamOf,
  stutter,
  unbind,
} from './drill-causes.ts';
import type { DrillStep } from './fire-drill.ts';

/** An hour is 30 seconds here: so much of it fails before anybody knows why. */
const BEFORE_THE_CAUSE = ['SelfsameIngestErrorsBurnFast', 'SelfsameLookUpErrorsBurnFast'] as const;

/** A gateway that starts anew or stutters is the only one, and a minute is three seconds here. */
const WITHOUT_GATEWAY = ['SelfsameNoGateway'] as const;

/** What a steward decides: a change, which is not made without its record. */
function decision(number: number): Command {
  return {
    kind: 'retract_interaction',
    source: 'drill',
    interactionId: `decided-${number}`,
    decidedAt: Date.now(),
    withdrawn: false,
  };
}

export const DRILL_STEPS: readonly DrillStep[] = [
  {
    cause: 'a poison message, a lost stream, an address that a crowd shares',
    expects: [
      'SelfsameQuarantineGrowing',
      'SelfsameLogRegressed',
      'SelfsameMergeStorm',
      'SelfsameCustomerOversized',
    ],
    // What was on its way to the lost stream fails, on a slow machine for long enough.
    allows: ['SelfsameIngestErrorsBurnFast'],
    isShort: true,
    breakIt: async (drill) => {
      const { nats } = drill;
      const manager = await nats.jetstreamManager();
      const poisoned = await manager.streams.info(await streamOf(manager, 0));
      const poison = [Date.now(), [999, 'of no known kind']] as unknown as Stamped;
      const frame = encodeFrame([[SubframeKind.ingress, [poison], 'drill']], BigInt(Date.now()));
      await nats.jetstream().publish(poisoned.config.subjects[0] as string, frame);
      await manager.streams.delete(await streamOf(manager, 1));
      // Fewer than make an address generic, more than a component may have; and more than both.
      await send(drill, crowd(55, 'many@drill.example'));
      await send(drill, crowd(120, 'all@drill.example'));
      return async () => undefined;
    },
  },
  {
    cause: 'a shard is killed',
    expects: ['SelfsamePartitionUnowned', 'SelfsameScrapeDown'],
    allows: BEFORE_THE_CAUSE,
    isShort: true,
    breakIt: (drill) => kill(drill, 'shard-1'),
  },
  {
    // Its partitions are told of as well: one process that is cut off keeps no other alert quiet.
    cause: 'one shard is cut off from NATS',
    expects: ['SelfsameBusDisconnected', 'SelfsamePartitionUnowned'],
    allows: BEFORE_THE_CAUSE,
    breakIt: async ({ cluster: { way, processes } }) => {
      way.cut();
      return async () => {
        await way.mend();
        await processes.untilReady();
      };
    },
  },
  {
    cause: 'the only gateway is killed',
    expects: ['SelfsameNoGateway'],
    allows: BEFORE_THE_CAUSE,
    breakIt: (drill) => kill(drill, 'gateway'),
  },
  {
    cause: 'NATS is killed',
    expects: ['SelfsameBusLost'],
    // Told in the moment before.
    allows: [...BEFORE_THE_CAUSE, 'SelfsameBusDisconnected'],
    isShort: true,
    breakIt: async ({ cluster }) => {
      await cluster.processes.kill('nats');
      return () => cluster.processes.restart('nats');
    },
  },
  {
    cause: 'a gateway starts again and again',
    expects: ['SelfsameCrashLoop'],
    allows: WITHOUT_GATEWAY,
    breakIt: async ({ cluster }) => {
      const { processes } = cluster;
      const isServed = () =>
        processes.metricsText('gateway').then(
          () => true,
          () => false,
        );
      const stop = repeat(async () => {
        await processes.kill('gateway');
        processes.start('gateway');
        await processes.waitFor('the gateway serves metrics', isServed);
      }, 1_200);
      return async () => {
        await stop();
        await processes.untilReady();
      };
    },
  },
  {
    cause: 'a source sends what is not acceptable',
    expects: ['SelfsameRejectionsHigh'],
    breakIt: async (drill) => {
      const broken = crowd(5, 'x@drill.example').map((item) => ({ ...item, source: '' }));
      return repeat(() => send(drill, broken), 50);
    },
  },
  {
    cause: 'nobody sends anything',
    expects: ['SelfsameNoEvents'],
    breakIt: async ({ cluster }) => {
      await cluster.quieten();
      return async () => cluster.resume();
    },
  },
  {
    cause: 'every log is full',
    expects: [
      'SelfsameAppendsFail',
      'SelfsameIngestBacklog',
      'SelfsameIngestErrorsBurnFast',
      'SelfsameOverloaded',
    ],
    breakIt: async (drill) => {
      const mend = await fill(drill, await everyLog(drill));
      const items = crowd(500, 'full@drill.example');
      const options = { ack: 'accepted' as const, deadlineMs: Date.now() + 60_000 };
      const stop = repeat(() => drill.cluster.client.ingest(items, options), 20, 30);
      return async () => {
        await mend();
        await stop();
      };
    },
  },
  {
    cause: 'the log of one partition is full: links to it wait',
    expects: ['SelfsameLinkLag', 'SelfsameFreshnessBurnFast'],
    allows: ['SelfsameIngestErrorsBurnFast'],
    breakIt: async (drill) => {
      const manager = await drill.nats.jetstreamManager();
      const mend = await fill(drill, [await streamOf(manager, 3)]);
      let next = 0;
      // What is for the partition itself waits; the rest goes in, and sends it messages.
      const sendSome = () => send(drill, crowd(8, `link${++next}@drill.example`), 300);
      const stop = repeat(sendSome, 50, 10);
      return async () => {
        await mend();
        await stop();
      };
    },
  },
  {
    cause: 'the log of the change feed is full',
    expects: ['SelfsameFeedStalled'],
    breakIt: async (drill) => {
      const mend = await fill(drill, ['selfsame-feed-p000-e1']);
      let next = 0;
      const stop = repeat(() => send(drill, crowd(3, `feed${++next}@drill.example`)), 100);
      return async () => {
        await mend();
        await stop();
      };
    },
  },
  {
    cause: 'a gateway that may do one thing at a time',
    expects: ['SelfsameLookUpErrorsBurnFast', 'SelfsameOverloaded'],
    // Interactions are refused as well.
    allows: ['SelfsameIngestErrorsBurnFast', ...WITHOUT_GATEWAY],
    breakIt: async (drill) => {
      const mend = await restartGateway(drill, { SELFSAME_GATEWAY_CALLS_INFLIGHT_MAX: '1' });
      const { client } = drill.cluster;
      const asked = [{ namespace: 'email', value: 'all@drill.example' }];
      const stop = repeat(() => client.resolve(asked, { deadlineMs: Date.now() + 500 }), 5, 20);
      return async () => {
        await stop();
        await mend();
      };
    },
  },
  {
    cause: 'the streams of the audit trail take nothing',
    expects: ['SelfsameAuditRecordsLost', 'SelfsameAuditRefusesCalls'],
    allows: WITHOUT_GATEWAY,
    breakIt: async (drill) => {
      const mend = await restartGateway(drill, {
        SELFSAME_AUDIT_LOOK_UPS: 'calls',
        SELFSAME_AUDIT_WAITING_MAX: '100',
        SELFSAME_AUDIT_PATIENCE_MS: '500',
      });
      const { client, processes } = drill.cluster;
      let next = 0;
      const decide = () => {
        const options = { ack: 'durable', deadlineMs: Date.now() + 2_000 } as const;
        return client.command(decision(++next), options);
      };
      // The streams are made with the first record.
      await processes.waitFor('a decision is recorded', () =>
        decide().then(
          () => true,
          () => false,
        ),
      );
      const bind = await unbind(drill, ['selfsame-audit-p000-e1', 'selfsame-audit-p001-e1']);
      // The look-ups of the load are recorded as well, and are more than may wait.
      const stop = repeat(decide, 500);
      return async () => {
        await stop();
        await bind();
        await mend();
      };
    },
  },
  {
    cause: 'a gateway with a tenth of a core, which has more to do',
    expects: ['SelfsameEventLoopBusy'],
    allows: [...BEFORE_THE_CAUSE, ...WITHOUT_GATEWAY],
    breakIt: async ({ cluster }) => {
      const asked = Array.from({ length: 200 }, (_, one) => ({
        namespace: 'email',
        value: `person${one}@drill.example`,
      }));
      const ask = () => cluster.client.resolve(asked, { deadlineMs: Date.now() + 20_000 });
      const stop = repeat(ask, 0, 20);
      // As a limit on processor time does it: stopped for the rest of each period.
      const run = stutter([() => cluster.processes.pid('gateway')], 90, 10);
      return async () => {
        await run();
        await stop();
      };
    },
  },
  {
    cause: 'a gateway that stutters',
    expects: ['SelfsameEventLoopBlocked', 'SelfsameLookUpLatencyBurnFast'],
    allows: ['SelfsameLookUpErrorsBurnFast', ...WITHOUT_GATEWAY],
    breakIt: async ({ cluster }) => stutter([() => cluster.processes.pid('gateway')], 700, 150),
  },
  {
    cause: 'NATS stutters',
    expects: ['SelfsameIngestLatencyBurnFast'],
    allows: ['SelfsameIngestErrorsBurnFast', 'SelfsameLookUpErrorsBurnFast'],
    breakIt: async ({ cluster }) => stutter([() => cluster.processes.nats.pid as number], 700, 100),
  },
  {
    cause: 'nothing runs any more',
    expects: ['SelfsameNothingToScrape'],
    // Their processes are killed one after the other.
    allows: WITHOUT_GATEWAY,
    breakIt: async ({ cluster }) => {
      await cluster.quieten();
      for (const name of cluster.processes.serviceNames) await cluster.processes.kill(name);
      return async () => {
        for (const name of cluster.processes.serviceNames) cluster.processes.start(name);
        await cluster.processes.untilReady();
        cluster.resume();
      };
    },
  },
  {
    cause: 'a partition that does not move on, an outbox that fills',
    expects: ['SelfsamePartitionStuck', 'SelfsameOutboxFilling'],
    injected: 'the entries that wait and the bytes of the outbox, as the shard would count them',
    breakIt: (drill) => injecting(drill, { stuckEntries: 7, outboxBytes: 40 * 2 ** 20 }),
  },
  {
    cause: 'no coordinator holds the lease',
    expects: ['SelfsameNoAssigner'],
    injected: 'how many say they hold it',
    breakIt: (drill) => injecting(drill, { assigners: 0 }),
  },
  {
    cause: 'two coordinators hold the lease',
    expects: ['SelfsameTwoAssigners'],
    injected: 'how many say they hold it',
    breakIt: (drill) => injecting(drill, { assigners: 2 }),
  },
  {
    cause: 'fewer shards than there should be',
    expects: ['SelfsameScalingBehind'],
    injected: 'how many there should be, and how many are there',
    breakIt: (drill) => injecting(drill, { desiredShards: 5, presentShards: 2 }),
  },
  {
    cause: 'a disk with 10 % left',
    expects: ['SelfsameDiskLow'],
    needsMount: true,
    breakIt: (drill) => injecting(drill, { diskFree: 0.1 }),
  },
  {
    cause: 'a disk with 2 % left',
    expects: ['SelfsameDiskFull'],
    needsMount: true,
    breakIt: (drill) => injecting(drill, { diskFree: 0.02 }),
  },
  {
    cause: 'a certificate with 10 days left',
    expects: ['SelfsameCertificateExpiresSoon'],
    injected: 'the end of the certificate',
    breakIt: (drill) => injecting(drill, { certificateDays: 10 }),
  },
  {
    cause: 'a certificate with one day left',
    expects: ['SelfsameCertificateExpires'],
    injected: 'the end of the certificate',
    breakIt: (drill) => injecting(drill, { certificateDays: 1 }),
  },
  {
    cause: 'two versions side by side',
    expects: ['SelfsameVersionsDiffer'],
    injected: 'the version that the process tells',
    breakIt: (drill) => injecting(drill, { version: '0.2.0' }),
  },
];
