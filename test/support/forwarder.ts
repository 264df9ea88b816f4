/**
 * A way to a server on this machine that can be cut: connections through it end, and new ones are
 * refused until it is mended. What a process sees whose network policy or cable was taken away.
 */
import { connect, createServer, type Server, type Socket } from 'node:net';

export class Forwarder {
  /** Where connections lead; set before the first one comes. */
  targetPort = 0;
  readonly port: number;
  readonly #sockets = new Set<Socket>();
  #server: Server;

  private constructor(port: number, server: Server) {
    this.port = port;
    this.#server = server;
    this.#serve(server);
  }

  static async start(): Promise<Forwarder> {
    const server = createServer();
    await listen(server, 0);
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return new Forwarder(address.port, server);
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  /** Ends every connection and takes none; harmless when it is cut already. */
  cut(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Takes connections again, on the same port. */
  async mend(): Promise<void> {
    this.#server = createServer();
    this.#serve(this.#server);
    await listen(this.#server, this.port);
  }

  #serve(server: Server): void {
    server.on('connection', (near) => {
      const far = connect(this.targetPort, '127.0.0.1');
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(one);
        one.setNoDelay(true);
        one.pipe(other);
        one.on('error', () => other.destroy());
        one.on('close', () => {
          this.#sockets.delete(one);
          other.destroy();
        });
      }
    });
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
}
