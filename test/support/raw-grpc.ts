/** gRPC by hand over HTTP/2: whatever bytes, headers and frames a hostile client may send. */
import { type ClientHttp2Session, connect, constants, type OutgoingHttpHeaders } from 'node:http2';

export interface RawAnswer {
  readonly httpStatus: number;
  /** gRPC code; null when the answer carries none. */
  readonly grpcStatus: number | null;
  readonly hasDetails: boolean;
  readonly body: Buffer;
  /** The server reset the stream or the connection. */
  readonly wasReset: boolean;
}

/** A message in its five-byte frame; `length` and `flags` may lie. */
export function frame(message: Uint8Array, lie: { length?: number; flags?: number } = {}): Buffer {
  const header = Buffer.alloc(5);
  header.writeUInt8(lie.flags ?? 0, 0);
  header.writeUInt32BE(lie.length ?? message.length, 1);
  return Buffer.concat([header, message]);
}

/** The messages of an answer's body. */
export function unframe(body: Buffer): Buffer[] {
  const messages: Buffer[] = [];
  for (let offset = 0; offset + 5 <= body.length; ) {
    const end = offset + 5 + body.readUInt32BE(offset + 1);
    messages.push(body.subarray(offset + 5, end));
    offset = end;
  }
  return messages;
}

export class RawGrpc {
  readonly #url: string;
  #session: ClientHttp2Session | null = null;
  /** Connections opened so far: more than one means that the server closed some. */
  connections = 0;

  constructor(address: string) {
    this.#url = `http://${address}`;
  }

  #open(): ClientHttp2Session {
    if (this.#session !== null && !this.#session.closed && !this.#session.destroyed) {
      return this.#session;
    }
    this.connections++;
    const session = connect(this.#url);
    // Every request sees the failure by itself.
    session.on('error', () => {});
    this.#session = session;
    return session;
  }

  /** Sends one request and collects the answer; resolves whatever the server does, within 5 s. */
  send(path: string, body: Uint8Array, headers: OutgoingHttpHeaders = {}): Promise<RawAnswer> {
    return new Promise((resolve) => {
      const stream = this.#open().request({
        [constants.HTTP2_HEADER_METHOD]: 'POST',
        [constants.HTTP2_HEADER_PATH]: path,
        'content-type': 'application/grpc',
        te: 'trailers',
        'grpc-timeout': '4S',
        ...headers,
      });
      let fields: Record<string, unknown> = {};
      let wasReset = false;
      const chunks: Buffer[] = [];
      const take = (received: object): void => {
        fields = { ...fields, ...received };
      };
      stream.on('response', take);
      stream.on('trailers', take);
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('error', () => {
        wasReset = true;
      });
      stream.setTimeout(5_000, () => stream.close(constants.NGHTTP2_CANCEL));
      stream.on('close', () => {
        const grpcStatus = fields['grpc-status'];
        resolve({
          httpStatus: Number(fields[':status'] ?? 0),
          grpcStatus: grpcStatus === undefined ? null : Number(grpcStatus),
          hasDetails: fields['grpc-status-details-bin'] !== undefined,
          body: Buffer.concat(chunks),
          wasReset: wasReset || stream.rstCode !== constants.NGHTTP2_NO_ERROR,
        });
      });
      stream.end(Buffer.from(body));
    });
  }

  close(): void {
    this.#session?.close();
  }
}
