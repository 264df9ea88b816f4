/**
 * Resolve, BatchResolve and ResolveStream through a gateway with the embedded cluster in its
 * process, against a bare grpc-js echo of the same messages; client, gateway and echo are three
 * processes. The client is the generated stub for both, without the mapping of
 * `shared/grpc/client.ts`.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { credentials } from '@grpc/grpc-js';
import type { ResolutionServiceClient } from '../../shared/grpc/generated/selfsame/v1/ResolutionService.ts';
import { contract } from '../../shared/grpc/load.ts';
import { identifiersToWire } from '../../shared/grpc/map-resolution.ts';
import { inParallel, measure } from './measure.ts';
import type { Report } from './report.ts';
import { batchesOf, type Identifier, Workload } from './workload.ts';

export interface ResolveSizes {
  readonly persons: number;
  /** Identifiers asked for in batches. */
  readonly identifiers: number;
}

const UNARY_IN_FLIGHT = 64;
const BATCH = 1_000;
const BATCHES_IN_FLIGHT = 4;
const STREAM_WINDOW = 256;
/** Single questions are this much dearer: as many fewer are asked. */
const SINGLE_COST = 30;

interface Case {
  readonly what: string;
  readonly form: 'logins' | 'mixed';
  readonly share: number;
  readonly run: (
    client: ResolutionServiceClient,
    questions: readonly Identifier[],
  ) => Promise<void>;
}

const CASES: readonly Case[] = [
  { what: 'Resolve, 64 in flight', form: 'mixed', share: 1 / SINGLE_COST, run: runUnary },
  { what: 'ResolveStream, window of 256', form: 'mixed', share: 1 / SINGLE_COST, run: runStream },
  { what: 'BatchResolve(1000), one namespace', form: 'logins', share: 1, run: runBatches },
  { what: 'BatchResolve(1000), login or e-mail', form: 'mixed', share: 1, run: runBatches },
];

export async function benchResolve(report: Report, sizes: ResolveSizes): Promise<void> {
  report.progress(`resolve: loading ${sizes.persons} persons`);
  const gateway = await startServer('gateway-server.js', [String(sizes.persons)]);
  const echo = await startServer('echo-server.js', []);
  try {
    for (const one of CASES) {
      const workload = new Workload(sizes.persons, 2);
      const questions = workload.questions(Math.ceil(sizes.identifiers * one.share), one.form);
      const bare = await rateOf(echo, one, questions);
      const found = await rateOf(gateway, one, questions);
      report.add({
        part: 'resolve',
        what: one.what,
        value: found.rate,
        unit: 'identifiers/s',
        peer: { what: 'bare grpc-js echo', value: bare.rate },
        cpuMicros: found.cpuMicros,
        othersCores: Math.max(found.othersCores, bare.othersCores),
        note: `echo CPU ${bare.cpuMicros.toPrecision(3)} us`,
      });
    }
  } finally {
    await Promise.all([gateway, echo].map(stopServer));
  }
}

interface ServerProcess {
  readonly address: string;
  readonly child: ChildProcess;
}

async function startServer(file: string, args: readonly string[]): Promise<ServerProcess> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = spawn(process.execPath, [path, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit').then(() => {
    throw new Error(`${file} ended with ${child.exitCode ?? child.signalCode}`);
  });
  const lines = createInterface({ input: child.stdout });
  const [address] = (await Promise.race([once(lines, 'line'), ended])) as [string];
  ended.catch(() => undefined);
  return { address, child };
}

async function stopServer({ child }: ServerProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.stdin?.end();
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await exited;
  clearTimeout(timer);
}

async function rateOf(server: ServerProcess, one: Case, questions: readonly Identifier[]) {
  const { v1 } = contract().selfsame;
  const client = new v1.ResolutionService(server.address, credentials.createInsecure());
  try {
    await one.run(client, questions.slice(0, Math.ceil(questions.length / 4)));
    const { seconds, cpuSeconds, othersCores } = await measure(
      () => one.run(client, questions),
      [server.child.pid ?? 0],
    );
    return {
      rate: questions.length / seconds,
      cpuMicros: (cpuSeconds / questions.length) * 1e6,
      othersCores,
    };
  } finally {
    client.close();
  }
}

function runUnary(client: ResolutionServiceClient, questions: readonly Identifier[]) {
  return inParallel(
    questions,
    UNARY_IN_FLIGHT,
    (identifier) =>
      new Promise<void>((resolve, reject) => {
        client.Resolve({ identifier }, (error, response) => {
          if (error !== null) reject(error);
          else if (response?.resolution === null) reject(new Error('no resolution'));
          else resolve();
        });
      }),
  );
}

function runBatches(client: ResolutionServiceClient, questions: readonly Identifier[]) {
  return inParallel(
    batchesOf(questions, BATCH),
    BATCHES_IN_FLIGHT,
    (batch) =>
      new Promise<void>((resolve, reject) => {
        client.BatchResolve(identifiersToWire(batch), (error, response) => {
          if (error !== null) reject(error);
          else if (response?.resolutions.length !== batch.length) reject(new Error('too few'));
          else resolve();
        });
      }),
  );
}

/** One question a message, at most a window of them unanswered. */
function runStream(client: ResolutionServiceClient, questions: readonly Identifier[]) {
  return new Promise<void>((resolve, reject) => {
    const stream = client.ResolveStream();
    let sent = 0;
    let answered = 0;
    const send = (): void => {
      while (sent < questions.length && sent - answered < STREAM_WINDOW) {
        const identifier = questions[sent] as Identifier;
        stream.write({ correlationId: String(sent), identifiers: [identifier] });
        sent++;
      }
      if (sent === questions.length) stream.end();
    };
    stream.on('data', () => {
      answered++;
      if (sent < questions.length) send();
      else if (answered === questions.length) resolve();
    });
    stream.on('error', reject);
    send();
  });
}
