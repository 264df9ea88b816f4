/**
 * Whether a NATS connection is up, as one shared fact with notifications.
 *
 * The client re-sends its subscriptions after a reconnect but drops what was published while it
 * dialled (`resetOutbound`, nats 2.29.3), so that a request made then would only time out.
 */
import { createInbox, Events, type NatsConnection } from 'nats';

export interface LinkListener {
  /** The connection broke: whatever is unanswered stays so. */
  onDown(): void;
  onUp?(): void;
}

const inboxes = new WeakMap<NatsConnection, string>();

/** What the inboxes of a connection begin with, so that permissions can keep others from reading them. */
export function setInboxPrefix(connection: NatsConnection, prefix: string): void {
  inboxes.set(connection, prefix);
}

/** A new subject for answers to this connection. */
export function inboxOf(connection: NatsConnection): string {
  return createInbox(inboxes.get(connection));
}

const links = new WeakMap<NatsConnection, NatsLink>();

export class NatsLink {
  readonly connection: NatsConnection;
  /** Times that the connection came back. */
  reconnects = 0;
  /** When the certificate ends that the server shows, in seconds since 1970; null: not known. */
  serverCertificateEnd: number | null = null;
  readonly #listeners = new Set<LinkListener>();
  #isUp: boolean;

  private constructor(connection: NatsConnection) {
    this.connection = connection;
    this.#isUp = !connection.isClosed();
    void this.#follow();
  }

  /**
   * The one link of a connection. The client does not tell whether it is up, only when that
   * changes; so `connectNats` makes the link while it certainly is.
   */
  static of(connection: NatsConnection): NatsLink {
    const known = links.get(connection);
    if (known !== undefined) return known;
    const link = new NatsLink(connection);
    links.set(connection, link);
    return link;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** Returns the function that ends the notifications. */
  listen(listener: LinkListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Resolves when the connection is up; false when it is not within `timeoutMs`, or closed. */
  async whenUp(timeoutMs: number): Promise<boolean> {
    if (this.#isUp) return true;
    if (this.connection.isClosed()) return false;
    return new Promise((resolve) => {
      const finish = (isUp: boolean): void => {
        clearTimeout(timer);
        unlisten();
        resolve(isUp);
      };
      const timer = setTimeout(() => finish(false), timeoutMs);
      const unlisten = this.listen({
        onUp: () => finish(true),
        // Told again while down: the connection was closed for good.
        onDown: () => finish(false),
      });
    });
  }

  async #follow(): Promise<void> {
    for await (const status of this.connection.status()) {
      if (status.type === Events.Disconnect) this.#down();
      if (status.type === Events.Reconnect) {
        // A loss that was not reported: what was in flight may be lost all the same.
        if (this.#isUp) this.#down();
        this.reconnects++;
        this.#up();
      }
    }
    this.#down();
  }

  #down(): void {
    this.#isUp = false;
    // A copy: whom a listener adds meanwhile is not concerned by this event.
    const listeners = [...this.#listeners];
    for (const listener of listeners) listener.onDown();
  }

  #up(): void {
    this.#isUp = true;
    const listeners = [...this.#listeners];
    for (const listener of listeners) listener.onUp?.();
  }
}
