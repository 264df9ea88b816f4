/** The bus of one generation: its subjects are apart from those of all others. */
import type {
  Bus,
  BusHandler,
  BusResponder,
  BusSubscription,
  RequestOptions,
  RespondOptions,
} from '../adapters/bus.ts';

const ROOT = 'selfsame.v1.';

/** The first generation has the plain subjects. */
export function generationBus(bus: Bus, generation: number): Bus {
  return generation === 1 ? bus : new GenerationBus(bus, generation);
}

class GenerationBus implements Bus {
  readonly #bus: Bus;
  readonly #root: string;

  constructor(bus: Bus, generation: number) {
    this.#bus = bus;
    this.#root = `${ROOT}g${generation}.`;
  }

  publish(subject: string, bytes: Uint8Array): void {
    this.#bus.publish(this.#place(subject), bytes);
  }

  subscribe(
    subject: string,
    handler: BusHandler,
    options?: { readonly queue?: string },
  ): BusSubscription {
    return this.#bus.subscribe(this.#place(subject), handler, options);
  }

  request(subject: string, bytes: Uint8Array, options: RequestOptions): Promise<Uint8Array> {
    return this.#bus.request(this.#place(subject), bytes, options);
  }

  respond(
    subject: string,
    queue: string,
    handler: BusResponder,
    options?: RespondOptions,
  ): BusSubscription {
    return this.#bus.respond(this.#place(subject), queue, handler, options);
  }

  flush(): Promise<void> {
    return this.#bus.flush();
  }

  /** The bus belongs to the cluster, which closes it. */
  async close(): Promise<void> {}

  #place(subject: string): string {
    if (!subject.startsWith(ROOT)) throw new Error('a subject without the cluster’s root');
    return this.#root + subject.slice(ROOT.length);
  }
}
