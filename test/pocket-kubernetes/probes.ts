/** The four ways a kubelet asks a container how it is. */
import { get } from 'node:http';
import { connect as connectSocket } from 'node:net';
import { credentials, makeGenericClientConstructor } from '@grpc/grpc-js';
import type { Container, Probe } from './objects.ts';

export interface ProbeTarget {
  readonly address: string;
  readonly container: Container;
  exec(command: readonly string[], timeoutMs: number): Promise<boolean>;
}

/** `SERVING` of grpc.health.v1: field 1, value 1. */
const SERVING = 1;

/** Resolves with success; never rejects. */
export async function probe(target: ProbeTarget, question: Probe): Promise<boolean> {
  const timeoutMs = (question.timeoutSeconds ?? 1) * 1000;
  const { httpGet, tcpSocket, grpc, exec } = question;
  if (httpGet !== undefined) {
    const port = portOf(target.container, httpGet.port);
    return askHttp(`http://${target.address}:${port}${httpGet.path ?? '/'}`, timeoutMs);
  }
  if (tcpSocket !== undefined) {
    return askTcp(target.address, portOf(target.container, tcpSocket.port), timeoutMs);
  }
  if (grpc !== undefined) {
    return askGrpc(`${target.address}:${grpc.port}`, grpc.service ?? '', timeoutMs);
  }
  return exec !== undefined && target.exec(exec.command, timeoutMs);
}

function portOf({ ports = [] }: Container, port: number | string): number {
  if (typeof port === 'number') return port;
  const named = ports.find(({ name }) => name === port);
  if (named === undefined) throw new Error(`no port ${port}`);
  return named.containerPort;
}

function askHttp(url: string, timeoutMs: number): Promise<boolean> {
  return new Promise((done) => {
    const request = get(url, { agent: false, signal: AbortSignal.timeout(timeoutMs) }, (answer) => {
      answer.resume();
      const code = answer.statusCode ?? 0;
      done(code >= 200 && code < 400);
    });
    request.once('error', () => done(false));
  });
}

function askTcp(host: string, port: number, timeoutMs: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connectSocket({ host, port, timeout: timeoutMs });
    const answer = (isOpen: boolean) => () => {
      socket.destroy();
      done(isOpen);
    };
    socket.once('connect', answer(true));
    socket.once('error', answer(false));
    socket.once('timeout', answer(false));
  });
}

/** grpc.health.v1.Health/Check, its two messages written by hand: one field each. */
const HealthClient = makeGenericClientConstructor(
  {
    check: {
      path: '/grpc.health.v1.Health/Check',
      requestStream: false,
      responseStream: false,
      requestSerialize: (service: string) => {
        const name = Buffer.from(service);
        return name.length === 0 ? name : Buffer.from([0x0a, name.length, ...name]);
      },
      requestDeserialize: (bytes: Buffer) => bytes.toString('utf8'),
      responseSerialize: (status: number) => Buffer.from([0x08, status]),
      responseDeserialize: (bytes: Buffer) => (bytes[0] === 0x08 ? (bytes[1] ?? 0) : 0),
    },
  },
  'Health',
);

type Check = (
  service: string,
  options: { readonly deadline: number },
  done: (error: Error | null, status?: number) => void,
) => void;

function askGrpc(address: string, service: string, timeoutMs: number): Promise<boolean> {
  const client = new HealthClient(address, credentials.createInsecure());
  return new Promise((done) => {
    const check = client['check'] as unknown as Check;
    check.call(client, service, { deadline: Date.now() + timeoutMs }, (error, status) => {
      client.close();
      done(error === null && status === SERVING);
    });
  });
}
