/**
 * The DNS server of the cluster: services and pods of headless services, A records only (RFC 1035).
 *
 * A service with a cluster address has none here: its name leads to its ready pods, as a headless
 * one's does. Who keeps an address for ever would notice the difference; nothing else does.
 */
import { createSocket, type Socket } from 'node:dgram';
import { addressesOf } from './controllers.ts';
import type { Service } from './objects.ts';
import { SERVICES } from './resources.ts';
import type { ObjectStore } from './store.ts';

const ZONE = '.svc.cluster.local';
const TTL_SECONDS = 1;
const HEADER_BYTES = 12;
const TYPE_A = 1;
const NAME_ERROR = 3;

export class DnsServer {
  readonly #socket: Socket = createSocket('udp4');
  readonly #store: ObjectStore;
  #turn = 0;

  private constructor(store: ObjectStore) {
    this.#store = store;
  }

  static async start(store: ObjectStore, address: string): Promise<DnsServer> {
    const server = new DnsServer(store);
    const socket = server.#socket;
    socket.on('message', (query, { address: from, port }) => {
      const answer = server.#answer(query);
      if (answer !== null) socket.send(answer, port, from);
    });
    await new Promise<void>((done, failed) => {
      socket.once('error', failed);
      socket.bind(53, address, done);
    });
    return server;
  }

  async close(): Promise<void> {
    await new Promise<void>((done) => this.#socket.close(done));
  }

  /** null: no such name. */
  #lookUp(name: string): readonly string[] | null {
    if (!name.endsWith(ZONE)) return null;
    const parts = name.slice(0, -ZONE.length).split('.');
    const [namespace = '', serviceName = '', host] = parts.toReversed();
    const service = this.#store.get<Service>(SERVICES, namespace, serviceName);
    if (service === undefined) return null;
    const found = addressesOf(this.#store, service);
    if (host === undefined) return found.map(([ip]) => ip);
    const own = found.filter(
      ([, { spec }]) => spec.hostname === host && spec.subdomain === serviceName,
    );
    return own.length === 0 ? null : own.map(([ip]) => ip);
  }

  #answer(query: Buffer): Buffer | null {
    if (query.length < HEADER_BYTES) return null;
    const labels: string[] = [];
    let at = HEADER_BYTES;
    while (query[at] !== undefined && query[at] !== 0) {
      const length = query[at] ?? 0;
      labels.push(query.toString('latin1', at + 1, at + 1 + length));
      at += 1 + length;
    }
    const questionEnd = at + 5;
    if (query.length < questionEnd) return null;
    const type = query.readUInt16BE(at + 1);
    const found = this.#lookUp(labels.join('.').toLowerCase());
    const addresses = type === TYPE_A ? rotate(found ?? [], this.#turn++) : [];
    const header = Buffer.alloc(HEADER_BYTES);
    query.copy(header, 0, 0, 2);
    // Response, authoritative, recursion as asked and available.
    const isRecursionAsked = (query[2] ?? 0) & 1;
    header.writeUInt8(0x84 | isRecursionAsked, 2);
    header.writeUInt8(0x80 | (found === null ? NAME_ERROR : 0), 3);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(addresses.length, 6);
    const records = addresses.map((address) => {
      const record = Buffer.alloc(16);
      record.writeUInt16BE(0xc000 | HEADER_BYTES, 0);
      record.writeUInt16BE(TYPE_A, 2);
      record.writeUInt16BE(1, 4);
      record.writeUInt32BE(TTL_SECONDS, 6);
      record.writeUInt16BE(4, 10);
      address.split('.').forEach((part, index) => record.writeUInt8(Number(part), 12 + index));
      return record;
    });
    return Buffer.concat([header, query.subarray(HEADER_BYTES, questionEnd), ...records]);
  }
}

function rotate(list: readonly string[], by: number): readonly string[] {
  const at = list.length === 0 ? 0 : by % list.length;
  return [...list.slice(at), ...list.slice(0, at)];
}
