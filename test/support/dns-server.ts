/**
 * A DNS server for one name, as a headless service has one: the addresses of all its pods. Over UDP
 * on 127.0.0.1; answers IPv4 questions only. Message format: RFC 1035 section 4.
 */
import { createSocket, type Socket } from 'node:dgram';

const HEADER_BYTES = 12;
const TYPE_A = 1;
/** Points to the name in the question, which follows the header. */
const NAME_POINTER = [0xc0, HEADER_BYTES];

export class DnsServer {
  readonly port: number;
  /** What the name stands for now; IPv4. */
  addresses: readonly string[];
  queries = 0;
  readonly #socket: Socket;

  private constructor(socket: Socket, addresses: readonly string[]) {
    this.#socket = socket;
    this.port = socket.address().port;
    this.addresses = addresses;
    socket.on('message', (query, { port, address }) => {
      socket.send(this.#answerTo(query), port, address);
    });
  }

  static async start(addresses: readonly string[]): Promise<DnsServer> {
    const socket = createSocket('udp4');
    await new Promise<void>((bound) => socket.bind(0, '127.0.0.1', bound));
    return new DnsServer(socket, addresses);
  }

  close(): void {
    this.#socket.close();
  }

  #answerTo(query: Buffer): Buffer {
    let end = HEADER_BYTES;
    while ((query[end] ?? 0) !== 0) end += (query[end] as number) + 1;
    const type = query.readUInt16BE(end + 1);
    const question = query.subarray(HEADER_BYTES, end + 5);
    if (type === TYPE_A) this.queries++;
    const found = type === TYPE_A ? this.addresses : [];
    const header = Buffer.alloc(HEADER_BYTES);
    query.copy(header, 0, 0, 2);
    // A response of an authority to a recursive question, without error.
    header.writeUInt16BE(0x8580, 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(found.length, 6);
    const records = found.map((address) => {
      const typeClassTtlLength = [0, TYPE_A, 0, 1, 0, 0, 0, 1, 0, 4];
      return Buffer.from([
        ...NAME_POINTER,
        ...typeClassTtlLength,
        ...address.split('.').map(Number),
      ]);
    });
    return Buffer.concat([header, question, ...records]);
  }
}
