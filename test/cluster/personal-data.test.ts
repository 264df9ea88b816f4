/**
 * Goal: no personal value leaves a cluster by its side doors: logs, metrics, subjects, headers,
 * names of streams, consumers, connections and files, and messages of errors.
 * Method: real processes at log level debug are given seeded values in every way there is to give
 * them: ingested, malformed, rejected, in look-ups, commands and references, through failures of
 * NATS and of a shard, as garbage on the bus and in a log. Then everything that an operator can see
 * is searched for them in every form (test/support/personal-data.ts), and for harmless words that
 * must be there, so that the search is known to have looked at something.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { credentials, Metadata } from '@grpc/grpc-js';
import { connect as connectNats, type NatsConnection } from 'nats';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { InteractionInput } from '../../shared/domain/interaction.ts';
import { contract } from '../../shared/grpc/load.ts';
import { interactionToWire } from '../../shared/grpc/map-interaction.ts';
import { compileRules } from '../../shared/ingress/compiled-rules.ts';
import { defaultRules } from '../../shared/ingress/rules-file.ts';
import { type Cluster, ClusterError, type Command } from '../../shared/protocol/cluster.ts';
import { encode } from '../../shared/protocol/codec.ts';
import { encodeFrame, type Subframe } from '../../shared/protocol/frame.ts';
import { INGEST_SUBJECT, querySubject } from '../../shared/protocol/ingress-call.ts';
import { ClusterProcesses, type ServiceName } from '../support/cluster-processes.ts';
import { describeWithNats } from '../support/describe-with-nats.ts';
import { freePort } from '../support/nats-server.ts';
import { findPersonal, interactionOf, personalValues, personOf } from '../support/personal-data.ts';

const TIMEOUT_MS = 120_000;
const PARTITIONS = 4;
/** Harmless, and must be found: in stream and subject names, and as a request id in logs. */
const SEEDED_WORD = 'plainword';
const REQUEST_ID = '5f3c1e8a-9b1d-4c57-8a30-6f0e2d4b7c91';
/** A subject of the services with the prefix of this cluster. */
const onTheWire = (subject: string): string => subject.replace(/^selfsame/, SEEDED_WORD);
const PERSONS = 40;
const rules = compileRules(defaultRules());

/** Asked for and told about, but ingested only as far as it can be. */
const stranger = personOf(900);
/** What no normaliser accepts. */
const broken = {
  email: 'quirrelbane.broken zephyr..example@@',
  phone: '0491 57O oo9 quuxvalt',
  card: 'card 4111-zz-blenkinsor',
  namespace: 'quirrelbane@namespace.example',
  source: 'source of quirrelbane',
} as const;

const good = Array.from({ length: PERSONS }, (_, number) => interactionOf(number));
const strange = interactionOf(900, stranger);
const values = [
  ...personalValues(rules, [...good, strange]),
  ...Object.values(broken),
  // Words of longer values: an error may quote a part.
  'vandermotte',
  'zephyrmail',
  'quirrelbane',
  'marrowfax',
  'brimquat',
  'jaxxobel',
];

/** Each is refused, or loses values on the way in. */
const MALFORMED: readonly InteractionInput[] = [
  { ...strange, source: broken.source.repeat(20) },
  { ...strange, type: '' },
  { ...strange, channel: stranger.email.repeat(50) },
  { ...strange, occurredAt: Number.NaN },
  { ...strange, revision: -1 },
  { ...strange, propertiesJson: `{"note": ${stranger.property}}` },
  { ...strange, interactionId: '' },
  withIdentifier('email', broken.email),
  withIdentifier('phone', broken.phone),
  withIdentifier('payment_card_token', broken.card),
  withIdentifier(broken.namespace, stranger.email),
  withIdentifier('emial', stranger.email),
  { ...strange, parties: [{ role: stranger.name, identifiers: [] }] },
  { ...strange, parties: [] },
];

function withIdentifier(namespace: string, value: string): InteractionInput {
  const parties = [{ role: 'subject', identifiers: [{ namespace, value }] }];
  return { ...strange, interactionId: `${stranger.interaction}-${namespace}`, parties };
}

function commandsOf(): Command[] {
  const decided = { decidedAt: Date.now(), decidedBy: stranger.email, reason: stranger.property };
  const one = { kind: 'identifier', namespace: 'user_id', value: personOf(1).userId } as const;
  const two = { kind: 'identifier', namespace: 'user_id', value: personOf(2).userId } as const;
  const wrong = { kind: 'identifier', namespace: 'phone', value: broken.phone } as const;
  const noRef = { kind: 'ref', ref: stranger.email } as const;
  const decisionId = `decision of ${stranger.userId}`;
  const at = { decidedAt: decided.decidedAt, withdrawn: false };
  return [
    { kind: 'must_link', decisionId, left: one, right: two, ...decided },
    { kind: 'cannot_link', decisionId: `${decisionId} 2`, left: one, right: two, ...decided },
    { kind: 'must_link', decisionId, left: one, right: wrong, ...decided },
    { kind: 'must_link', decisionId, left: noRef, right: two, ...decided },
    { kind: 'split', decisionId: `${decisionId} 3`, groups: [[one], [two]], ...decided },
    { kind: 'split', decisionId, groups: [[one], [noRef]], ...decided },
    { kind: 'retract_decision', decisionId, ...at },
    { kind: 'retract_interaction', source: 'web', interactionId: stranger.interaction, ...at },
    { kind: 'retract_interaction', source: '', interactionId: stranger.interaction, ...at },
    {
      kind: 'retract_identifier',
      profile: one,
      namespace: 'email',
      value: personOf(1).email,
      ...at,
    },
    { kind: 'retract_identifier', profile: one, namespace: 'phone', value: broken.phone, ...at },
    {
      kind: 'retract_identifier',
      profile: wrong,
      namespace: broken.namespace,
      value: broken.phone,
      ...at,
    },
  ];
}

/** Everything that an operator, or another client of NATS, can see. */
class Witness {
  readonly #parts = new Map<string, string[]>();

  note(place: string, text: string): void {
    const texts = this.#parts.get(place) ?? [];
    if (texts.length === 0) this.#parts.set(place, texts);
    texts.push(text);
  }

  places(): ReadonlyMap<string, string> {
    return new Map(Array.from(this.#parts, ([place, texts]) => [place, texts.join('\n')]));
  }

  /** What an answer tells: of failures all that there is; data of customers may be in others. */
  async answers(work: Promise<unknown>): Promise<void> {
    try {
      await work;
      this.note('outcomes', 'ok');
    } catch (error) {
      const { message, name } = error as Error;
      const violations = error instanceof ClusterError ? error.violations : [];
      this.note('outcomes', 'failed');
      this.note('errors', `${name}: ${message} ${JSON.stringify(violations)}`);
    }
  }
}

function spyOn(nats: NatsConnection, witness: Witness): void {
  const seen = new Set<string>();
  nats.subscribe('>', {
    callback: (_error, { subject, reply, headers }) => {
      const fields = headers === undefined ? [] : Array.from(headers, (one) => JSON.stringify(one));
      // Inboxes are random: one of them says it all.
      const text = [subject, reply ?? '', ...fields].join(' ').replaceAll(/_INBOX\S+/g, '_INBOX');
      if (seen.size > 10_000 || seen.has(text)) return;
      seen.add(text);
      witness.note('subjects', text);
    },
  });
}

/** What promtool finds fault with; null: it is not installed. */
function checkMetrics(text: string): string | null {
  const result = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
  return result.error === undefined ? result.stdout + result.stderr : null;
}

const NATS_PAGES = [
  'varz',
  'connz?subs=1&auth=1',
  'connz?state=closed',
  'subsz?subs=1',
  'jsz?accounts=1&streams=1&consumers=1&config=1',
];

async function noteEverything(
  processes: ClusterProcesses,
  nats: NatsConnection,
  natsHttpPort: number,
  witness: Witness,
): Promise<void> {
  for (const name of processes.serviceNames) {
    witness.note(`log of ${name}`, processes.logText(name));
    witness.note(`metrics of ${name}`, await processes.metricsText(name));
  }
  for (const page of NATS_PAGES) {
    const response = await fetch(`http://127.0.0.1:${natsHttpPort}/${page}`);
    witness.note('monitoring of NATS', await response.text());
  }
  const manager = await nats.jetstreamManager();
  for await (const { config } of manager.streams.list()) {
    const info = await manager.streams.info(config.name, { subjects_filter: '>' });
    witness.note('streams', JSON.stringify(info));
    const consumers = await manager.consumers.list(config.name).next();
    witness.note('streams', JSON.stringify(consumers));
  }
  for (const file of readdirSync(processes.folder, { recursive: true, encoding: 'utf8' })) {
    witness.note('files', file);
  }
}

describeWithNats('personal data in a cluster of processes', () => {
  let processes: ClusterProcesses;
  let client: Cluster;
  let nats: NatsConnection;
  let natsHttpPort = 0;
  const witness = new Witness();

  beforeAll(async () => {
    natsHttpPort = await freePort();
    processes = await ClusterProcesses.start({
      partitions: PARTITIONS,
      snapshots: true,
      environment: {
        SELFSAME_LOG_LEVEL: 'debug',
        SELFSAME_PREFIX: SEEDED_WORD,
        SELFSAME_SNAPSHOT_ENTRIES: '100',
      },
      natsArgs: ['--http_port', String(natsHttpPort)],
    });
    client = processes.connect();
    nats = await connectNats({ servers: processes.nats.url, name: 'witness', reconnect: true });
    spyOn(nats, witness);
  }, TIMEOUT_MS);
  afterAll(async () => {
    await nats?.close();
    await client?.close();
    await processes?.dispose();
  });

  const lookUps = async (deadlineMs: number): Promise<void> => {
    const asked = [...good.slice(0, 5), strange, withIdentifier('phone', broken.phone)].flatMap(
      ({ parties }) => parties.flatMap(({ identifiers }) => identifiers),
    );
    const named = { kind: 'identifier', namespace: 'email', value: stranger.email } as const;
    const options = { deadlineMs };
    await Promise.all([
      witness.answers(client.resolve(asked, options)),
      witness.answers(client.resolve(asked, { ...options, minCertainty: 0.1 })),
      witness.answers(client.getCustomer(stranger.email, options)),
      witness.answers(client.getCustomer(stranger.userId, options)),
      witness.answers(client.explain(named, null, options)),
      witness.answers(client.explain({ kind: 'ref', ref: stranger.email }, named, options)),
      witness.answers(
        client.explain(named, { ...named, namespace: 'phone', value: broken.phone }, options),
      ),
      witness.answers(
        client
          .watch(stranger.email, { signal: AbortSignal.timeout(2_000) })
          [Symbol.asyncIterator]()
          .next(),
      ),
    ]);
  };

  /** A call by hand: what this client never sends. */
  const callByHand = (interaction: unknown, requestId: string): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const { IngestService } = contract().selfsame.v1;
      const stub = new IngestService(processes.target, credentials.createInsecure());
      const metadata = new Metadata();
      metadata.set('x-request-id', requestId);
      const request = { interaction: interaction as never, ackLevel: 'ACK_LEVEL_DURABLE' as const };
      stub.IngestInteraction(
        request,
        metadata,
        { deadline: Date.now() + 5_000 },
        (error, answer) => {
          stub.close();
          if (error === null) resolve(answer);
          else reject(error);
        },
      );
    });

  test(
    'ingest, rejections, commands, look-ups, found or not -> answered',
    async () => {
      const soon = (): number => Date.now() + 10_000;
      await client.ingest(good, { ack: 'settled', deadlineMs: soon() });
      for (const item of MALFORMED) {
        // What is dropped or refused is told by field, never by value.
        const work = client.ingest([item], { ack: 'durable', deadlineMs: soon() });
        await witness.answers(
          work.then((results) => witness.note('errors', JSON.stringify(results))),
        );
      }
      await witness.answers(callByHand(interactionToWire(strange), stranger.email));
      await witness.answers(callByHand({ ...strange, occurredAt: null }, REQUEST_ID));
      for (const command of commandsOf()) {
        const work = client.command(command, { ack: 'durable', deadlineMs: soon() });
        await witness.answers(
          work.then((result) => witness.note('errors', JSON.stringify(result))),
        );
      }
      await lookUps(soon());
      await lookUps(Date.now() + 1);
      const places = witness.places();
      expect(places.get('outcomes')).toMatch(/ok/);
      expect(places.get('outcomes')).toMatch(/failed/);
    },
    TIMEOUT_MS,
  );

  test(
    'under load, a shard killed, NATS frozen -> every /metrics passes promtool',
    async (context) => {
      const load = Array.from({ length: 20 }, (_, round) =>
        witness.answers(
          client.ingest(
            good.map((item) => ({ ...item, revision: 2 + round })),
            { ack: 'durable', deadlineMs: Date.now() + 30_000 },
          ),
        ),
      );
      const pages: [ServiceName, string][] = [];
      for (const name of processes.serviceNames) {
        pages.push([name, await processes.metricsText(name)]);
      }
      await processes.kill('shard-1');
      await lookUps(Date.now() + 1_500);
      processes.start('shard-1');
      await Promise.all(load);
      await processes.untilReady();
      await processes.nats.freeze();
      await lookUps(Date.now() + 1_500);
      await witness.answers(
        client.ingest(good, { ack: 'durable', deadlineMs: Date.now() + 1_500 }),
      );
      processes.nats.thaw();
      await processes.untilReady();
      for (const name of processes.serviceNames) {
        pages.push([name, await processes.metricsText(name)]);
      }
      for (const [name, text] of pages) {
        expect(text).toContain(`selfsame_build_info{service="${name.split('-')[0]}"`);
        const said = checkMetrics(text);
        if (said === null) context.skip('No promtool in PATH.');
        expect({ name, said }).toEqual({ name, said: '' });
      }
    },
    TIMEOUT_MS,
  );

  const appendTo = async (partition: number, owner: ServiceName, bytes: Uint8Array) => {
    const text = await processes.metricsText(owner);
    const epoch = new RegExp(`selfsame_shard_epoch\\{shard="${partition}"\\} (\\d+)`).exec(text);
    const subject = `${SEEDED_WORD}.v1.log.00${partition}.${epoch?.[1]}`;
    await nats.jetstream().publish(subject, bytes);
  };

  test(
    'garbage on the bus and in a log -> set aside, told without its content',
    async () => {
      const personal = [stranger.email, stranger.phone, stranger.name, [stranger.userId]];
      const garbage = [
        Buffer.from(JSON.stringify(personal)),
        Buffer.from(stranger.email),
        encode(personal),
        encode([personal, personal, personal, personal]),
        encode({ kind: stranger.name, ack: stranger.email, items: personal }),
        encode({ kind: 'ingest', ack: 'durable', items: personal }),
        encode({ kind: 'command', ack: 'durable', command: personal }),
      ];
      for (const bytes of garbage) {
        for (const subject of [INGEST_SUBJECT, querySubject(0), querySubject(3)].map(onTheWire)) {
          await nats.request(subject, bytes, { timeout: 2_000 }).catch(() => undefined);
        }
      }
      // One that pretends to own partitions, and answers look-ups with garbage.
      const rogues = [0, 1, 2, 3].map((partition) =>
        nats.subscribe(onTheWire(querySubject(partition)), {
          queue: `owner-${partition}`,
          callback: (_error, message) => void message.respond(encode(personal)),
        }),
      );
      await nats.flush();
      const { ResolutionService } = contract().selfsame.v1;
      const stub = new ResolutionService(processes.target, credentials.createInsecure());
      const metadata = new Metadata();
      metadata.set('x-request-id', REQUEST_ID);
      const identifiers = good.flatMap(({ parties }) => parties[0]?.identifiers ?? []);
      for (let call = 0; call < 20; call++) {
        await witness.answers(
          new Promise((resolve, reject) => {
            const options = { deadline: Date.now() + 5_000 };
            stub.BatchResolve({ identifiers }, metadata, options, (error, answer) => {
              if (error === null) resolve(answer);
              else reject(error);
            });
          }),
        );
      }
      stub.close();
      for (const rogue of rogues) rogue.unsubscribe();

      const poison = [0, [[Date.now(), [9_999, ...personal]]], 'tag'] as unknown as Subframe;
      await appendTo(0, 'shard-0', encodeFrame([poison]));
      await appendTo(1, 'shard-1', Buffer.from(JSON.stringify(personal)));
      // By whichever partition its first value leads to.
      await processes.waitFor('the poison is set aside', async () => {
        const texts = await Promise.all([
          processes.metricsText('shard-0'),
          processes.metricsText('shard-1'),
          processes.metricsText('coordinator'),
        ]);
        return /selfsame_quarantined_messages\{shard="\d"\} [1-9]/.test(texts.join());
      });
      const logs = processes.serviceNames.map((name) => processes.logText(name)).join('\n');
      expect(logs).toMatch(/"sequence":\d+,"index":\d+,"error_kind":"\w+[^\n]*message set aside/);
      await processes.untilReady();
      await client.settle({ deadlineMs: Date.now() + 30_000 });
    },
    TIMEOUT_MS,
  );

  test(
    'all that an operator can see -> holds what is harmless, and no personal value',
    async () => {
      await noteEverything(processes, nats, natsHttpPort, witness);
      await processes.stopServices();
      for (const name of processes.serviceNames) {
        witness.note(`log of ${name}`, processes.logText(name));
      }
      const places = witness.places();
      const lines = (place: string): number => places.get(place)?.split('\n').length ?? 0;
      for (const name of processes.serviceNames) {
        expect(lines(`log of ${name}`)).toBeGreaterThan(4);
        expect(lines(`metrics of ${name}`)).toBeGreaterThan(100);
      }
      expect(lines('errors')).toBeGreaterThan(30);
      expect(lines('subjects')).toBeGreaterThan(PARTITIONS);
      expect(lines('files')).toBeGreaterThan(10);
      expect(places.get('log of gateway')).toContain(REQUEST_ID);
      expect(places.get('log of shard-0')).toContain('query failed');
      expect(places.get('log of coordinator')).toContain('ingress call failed');
      expect(places.get('metrics of gateway')).toContain('grpc_method="BatchResolve"');
      for (const place of ['subjects', 'streams', 'monitoring of NATS']) {
        expect(places.get(place)).toContain(SEEDED_WORD);
      }
      for (const [place, text] of places) {
        const told = findPersonal(text, values).slice(0, 5);
        expect({ place, told }).toEqual({ place, told: [] });
      }
      expect(processes.unexpectedExits).toEqual([]);
    },
    TIMEOUT_MS,
  );
});

test('the search finds a value in every form in which it could leak', () => {
  const { email } = personOf(0);
  const forms = [
    `{"msg":"${email.toUpperCase()}"}`,
    encodeURIComponent(email),
    Buffer.from(email).toString('hex').toUpperCase(),
    ...['', 'x', 'xy'].map((lead) => Buffer.from(`${lead}${email} and more`).toString('base64')),
    Buffer.from(`{"email":"${email}"}`).toString('base64url'),
  ];
  expect(forms.filter((text) => findPersonal(text, [email]).length === 0)).toEqual([]);
  expect(findPersonal('nothing of the sort', [email])).toEqual([]);
});
