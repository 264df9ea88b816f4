/**
 * What the API server knows: objects by kind, namespace and name, with one revision counter, and
 * every change as an event for watches.
 *
 * O1. Objects are frozen copies: who wants to change one puts another in its place.
 * O2. `metadata.generation` rises when and only when `spec` changes.
 */
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from './objects.ts';
import { apiVersionOf, type Resource } from './resources.ts';

export interface StoreEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly resource: Resource;
  readonly object: KubeObject;
  readonly revision: number;
}

type Listener = (event: StoreEvent) => void;

/** Events kept for watches that start at a revision of the past. */
const EVENTS_MAX = 20_000;

export class ConflictError extends Error {}

export class ObjectStore {
  readonly #objects = new Map<string, KubeObject>();
  readonly #listeners = new Set<Listener>();
  #events: StoreEvent[] = [];
  #revision = 1;

  get revision(): number {
    return this.#revision;
  }

  get<T extends KubeObject>(resource: Resource, namespace: string, name: string): T | undefined {
    return this.#objects.get(keyOf(resource, namespace, name)) as T | undefined;
  }

  /** In order of namespace and name; all namespaces when `namespace` is ''. */
  list<T extends KubeObject>(resource: Resource, namespace = ''): T[] {
    const prefix = `${resource.group}/${resource.plural}/`;
    return Array.from(this.#objects)
      .filter(([key]) => key.startsWith(namespace === '' ? prefix : `${prefix}${namespace}/`))
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([, object]) => object as T);
  }

  /** Puts a new object; throws `ConflictError` when there is one of that name. */
  create<T extends KubeObject>(resource: Resource, object: T): T {
    const { name, namespace = '' } = object.metadata;
    if (this.get(resource, namespace, name) !== undefined) throw new ConflictError(name);
    return this.#put('ADDED', resource, {
      ...object,
      apiVersion: apiVersionOf(resource),
      kind: resource.kind,
      metadata: {
        ...object.metadata,
        uid: randomUUID(),
        generation: 1,
        creationTimestamp: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
      },
    });
  }

  /**
   * Replaces an object when it is another one. Identity is kept whatever the new one says. Throws
   * `ConflictError` when it is gone, or when `object` names another revision.
   */
  update<T extends KubeObject>(resource: Resource, object: T): T {
    const { name, namespace = '', resourceVersion } = object.metadata;
    const known = this.get<T>(resource, namespace, name);
    if (known === undefined) throw new ConflictError(name);
    const version = known.metadata.resourceVersion;
    if (resourceVersion !== undefined && resourceVersion !== version) throw new ConflictError(name);
    const { uid, creationTimestamp, generation = 1 } = known.metadata;
    const isSameSpec = isDeepStrictEqual(known.spec, object.spec);
    const next = {
      ...object,
      metadata: {
        ...object.metadata,
        uid,
        creationTimestamp,
        resourceVersion: version,
        generation: isSameSpec ? generation : generation + 1,
      },
    } as T;
    if (isDeepStrictEqual(plain(next), plain(known))) return known;
    return this.#put('MODIFIED', resource, next);
  }

  /** Sets `status`; nothing happens when it is the same, or when the object is gone. */
  setStatus(resource: Resource, object: KubeObject, status: object): void {
    const { name, namespace = '' } = object.metadata;
    const known = this.get(resource, namespace, name);
    if (known === undefined || known.metadata.uid !== object.metadata.uid) return;
    if (isDeepStrictEqual(plain(known.status), plain(status))) return;
    this.#put('MODIFIED', resource, { ...known, status });
  }

  remove(resource: Resource, namespace: string, name: string): void {
    const known = this.get(resource, namespace, name);
    if (known === undefined) return;
    this.#objects.delete(keyOf(resource, namespace, name));
    this.#emit('DELETED', resource, known);
  }

  onEvent(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Events after the revision, oldest first; null when they are no longer known. */
  eventsAfter(revision: number): readonly StoreEvent[] | null {
    const oldest = this.#events[0]?.revision ?? this.#revision + 1;
    if (this.#events.length >= EVENTS_MAX && revision < oldest - 1) return null;
    return this.#events.filter((event) => event.revision > revision);
  }

  #put<T extends KubeObject>(type: 'ADDED' | 'MODIFIED', resource: Resource, object: T): T {
    return this.#emit(type, resource, object);
  }

  #emit<T extends KubeObject>(type: StoreEvent['type'], resource: Resource, object: T): T {
    const revision = ++this.#revision;
    const stamped = plain({
      ...object,
      metadata: { ...object.metadata, resourceVersion: String(revision) },
    });
    const { name, namespace = '' } = stamped.metadata;
    if (type !== 'DELETED') this.#objects.set(keyOf(resource, namespace, name), stamped);
    const event = { type, resource, object: stamped, revision };
    this.#events.push(event);
    if (this.#events.length > EVENTS_MAX) this.#events = this.#events.slice(-EVENTS_MAX / 2);
    for (const listener of Array.from(this.#listeners)) listener(event);
    return stamped;
  }
}

function keyOf({ group, plural }: Resource, namespace: string, name: string): string {
  return `${group}/${plural}/${namespace}/${name}`;
}

/** As it would arrive over the wire: no undefined fields, nothing shared. */
function plain<T>(value: T): T {
  return value === undefined ? value : (JSON.parse(JSON.stringify(value)) as T);
}
