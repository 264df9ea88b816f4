/**
 * The API server: plain HTTP on 127.0.0.1 for kubectl, over the object store.
 *
 * Deleting sets `deletionTimestamp` on pods, which the kubelet removes when their processes are gone;
 * every other object goes at once, and what it owns is left to the controllers.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { withDefaults } from './defaults.ts';
import { discover } from './discovery.ts';
import type { Json, JsonObject, KubeObject, Pod } from './objects.ts';
import { jsonPatch, mergePatch, PatchError, strategicMergePatch } from './patch.ts';
import { apiVersionOf, findResource, NAMESPACES, PODS, type Resource } from './resources.ts';
import { matcherOf, type Matches } from './selectors.ts';
import { ConflictError, type ObjectStore, type StoreEvent } from './store.ts';
import { tableOf } from './tables.ts';

export interface LogSource {
  /** What a container printed; null when there is no such container. */
  logText(pod: Pod, container: string | null): string | null;
}

class StatusError extends Error {
  readonly code: number;
  readonly reason: string;

  constructor(code: number, reason: string, message: string) {
    super(message);
    this.code = code;
    this.reason = reason;
  }
}

interface Target {
  readonly resource: Resource;
  readonly namespace: string;
  readonly name: string | null;
  readonly subresource: string | null;
}

interface Call {
  readonly method: string;
  readonly target: Target;
  readonly query: URLSearchParams;
  readonly body: Json | undefined;
  readonly contentType: string;
  readonly wantsTable: boolean;
}

const BODY_BYTES_MAX = 8 * 2 ** 20;

export class ApiServer {
  readonly #server: Server;
  readonly #store: ObjectStore;
  readonly #logs: LogSource;

  private constructor(store: ObjectStore, logs: LogSource) {
    this.#store = store;
    this.#logs = logs;
    this.#server = createServer((request, response) => {
      this.#handle(request, response).catch((error: unknown) => sendError(response, error));
    });
  }

  static async start(store: ObjectStore, logs: LogSource): Promise<ApiServer> {
    const api = new ApiServer(store, logs);
    await new Promise<void>((done) => api.#server.listen(0, '127.0.0.1', done));
    return api;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const closed = new Promise((done) => this.#server.close(done));
    this.#server.closeAllConnections();
    await closed;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://pocket');
    const body = await readBody(request);
    const document = discover(url.pathname);
    if (document !== null) return sendJson(response, 200, document);
    const target = parsePath(url.pathname);
    if (target === null) throw new StatusError(404, 'NotFound', 'no such path');
    const call: Call = {
      method: request.method ?? 'GET',
      target,
      query: url.searchParams,
      body: body === '' ? undefined : (JSON.parse(body) as Json),
      contentType: request.headers['content-type'] ?? '',
      wantsTable: (request.headers.accept ?? '').includes('as=Table'),
    };
    if (call.method === 'GET' && call.query.get('watch') === 'true') {
      return this.#watch(call, request, response);
    }
    if (target.subresource === 'log') return this.#sendLog(call, response);
    const [code, answer] = this.#answer(call);
    sendJson(response, code, answer);
  }

  #answer(call: Call): readonly [code: number, answer: object] {
    const { method, target, query } = call;
    if (target.name === null) {
      if (method === 'POST') return [201, this.#create(call)];
      if (method === 'GET') return [200, this.#list(call)];
      if (method === 'DELETE') {
        const matches = matcherOf(query);
        const all = this.#store.list(target.resource, target.namespace).filter(matches);
        for (const object of all) this.#delete(target.resource, object, call);
        return [200, success()];
      }
    } else if (method === 'GET') {
      const object = this.#find(target);
      if (target.subresource === 'scale') return [200, scaleOf(object)];
      const { resource } = target;
      if (call.wantsTable) return [200, tableOf(resource, [object], this.#store.revision)];
      return [200, object];
    } else if (method === 'PUT' || method === 'PATCH') {
      const changed = this.#change(call);
      return [200, target.subresource === 'scale' ? scaleOf(changed) : changed];
    } else if (method === 'DELETE') {
      return [200, this.#delete(target.resource, this.#find(target), call)];
    }
    throw new StatusError(405, 'MethodNotAllowed', `${method} is not served here`);
  }

  #find({ resource, namespace, name }: Target): KubeObject {
    const object = this.#store.get(resource, namespace, name ?? '');
    if (object !== undefined) return object;
    const { group, plural } = resource;
    const kinds = group === '' ? plural : `${plural}.${group}`;
    throw new StatusError(404, 'NotFound', `${kinds} "${name}" not found`);
  }

  #list({ target, query, wantsTable }: Call): object {
    const { resource, namespace } = target;
    const items = this.#store.list(resource, namespace).filter(matcherOf(query));
    if (wantsTable) return tableOf(resource, items, this.#store.revision);
    return {
      kind: `${resource.kind}List`,
      apiVersion: apiVersionOf(resource),
      metadata: { resourceVersion: String(this.#store.revision) },
      items,
    };
  }

  #create({ target, body, query }: Call): KubeObject {
    const { resource, namespace } = target;
    const object = asObject(body);
    if (resource.isNamespaced && this.#store.get(NAMESPACES, '', namespace) === undefined) {
      throw new StatusError(404, 'NotFound', `namespaces "${namespace}" not found`);
    }
    const metadata = { ...object.metadata, ...(namespace === '' ? {} : { namespace }) };
    if (this.#store.get(resource, namespace, metadata.name) !== undefined) {
      const message = `${resource.plural} "${metadata.name}" already exists`;
      throw new StatusError(409, 'AlreadyExists', message);
    }
    const created = withDefaults({ ...object, metadata });
    return query.has('dryRun') ? created : this.#store.create(resource, created);
  }

  #change(call: Call): KubeObject {
    const { method, target, body, contentType, query } = call;
    const known = this.#find(target);
    const isScale = target.subresource === 'scale';
    const before = isScale ? scaleOf(known) : known;
    const after =
      method === 'PUT' ? asObject(body) : asObject(patched(before, body ?? null, contentType));
    let next: KubeObject = { ...after, kind: known.kind, apiVersion: known.apiVersion };
    if (isScale) {
      const { replicas = 0 } = after.spec as { readonly replicas?: number };
      next = { ...known, spec: { ...(known.spec as object), replicas } };
    } else if (target.subresource === 'status') next = { ...known, status: after.status };
    else next = { ...next, status: known.status };
    if (query.has('dryRun')) return next;
    return this.#store.update(target.resource, withDefaults(next));
  }

  #delete(resource: Resource, object: KubeObject, { body, query }: Call): object {
    const { namespace = '', name } = object.metadata;
    if (resource !== PODS) {
      this.#store.remove(resource, namespace, name);
      return success();
    }
    const pod = object as Pod;
    const asked = (body as { readonly gracePeriodSeconds?: number } | undefined)
      ?.gracePeriodSeconds;
    const inQuery = query.get('gracePeriodSeconds');
    const grace =
      asked ??
      (inQuery === null ? undefined : Number(inQuery)) ??
      pod.spec.terminationGracePeriodSeconds ??
      30;
    return markDeleted(this.#store, pod, grace);
  }

  #watch({ target, query }: Call, request: IncomingMessage, response: ServerResponse): void {
    const { resource, namespace, name } = target;
    const matches: Matches = matcherOf(query);
    const isAsked = (event: StoreEvent) =>
      event.resource === resource &&
      (namespace === '' || event.object.metadata.namespace === namespace) &&
      (name === null || event.object.metadata.name === name) &&
      matches(event.object);
    const since = Number(query.get('resourceVersion') ?? 0);
    const missed = since > 0 ? this.#store.eventsAfter(since) : null;
    response.writeHead(200, { 'content-type': 'application/json', 'transfer-encoding': 'chunked' });
    const send = ({ type, object }: Pick<StoreEvent, 'type' | 'object'>) =>
      response.write(`${JSON.stringify({ type, object })}\n`);
    if (since > 0 && missed === null) {
      const status = { ...success(), status: 'Failure', reason: 'Expired', code: 410 };
      response.end(`${JSON.stringify({ type: 'ERROR', object: status })}\n`);
      return;
    }
    if (missed === null) {
      const all = this.#store.list(resource, namespace).filter(matches);
      for (const object of all) send({ type: 'ADDED', object });
    } else missed.filter(isAsked).forEach(send);
    response.flushHeaders();
    const stop = this.#store.onEvent((event) => {
      if (isAsked(event)) send(event);
    });
    request.once('close', stop);
    response.once('close', stop);
  }

  #sendLog({ target, query }: Call, response: ServerResponse): void {
    const text = this.#logs.logText(this.#find(target) as Pod, query.get('container'));
    if (text === null) throw new StatusError(404, 'NotFound', 'no such container');
    const tail = query.get('tailLines');
    const lines =
      tail === null
        ? text
        : text
            .split('\n')
            .slice(-Number(tail) - 1)
            .join('\n');
    response.writeHead(200, { 'content-type': 'text/plain' });
    response.end(lines);
  }
}

/** The pod stays until its processes are gone. A second, shorter grace period counts. */
export function markDeleted(store: ObjectStore, pod: Pod, graceSeconds: number): Pod {
  const known = pod.metadata.deletionGracePeriodSeconds;
  if (known !== undefined && known <= graceSeconds) return pod;
  return store.update(PODS, {
    ...pod,
    metadata: {
      ...pod.metadata,
      deletionTimestamp: pod.metadata.deletionTimestamp ?? new Date().toISOString(),
      deletionGracePeriodSeconds: graceSeconds,
    },
  });
}

function patched(before: KubeObject, patch: Json, contentType: string): Json {
  const target = before as unknown as JsonObject;
  if (contentType.startsWith('application/json-patch+json')) {
    return jsonPatch(target, patch as readonly JsonObject[]);
  }
  if (contentType.startsWith('application/merge-patch+json')) return mergePatch(target, patch);
  if (contentType.startsWith('application/strategic-merge-patch+json')) {
    return strategicMergePatch(target, patch as JsonObject);
  }
  throw new StatusError(415, 'UnsupportedMediaType', `patches of ${contentType} are not served`);
}

function parsePath(path: string): Target | null {
  const parts = path.split('/').slice(1).map(decodeURIComponent);
  const isCore = parts[0] === 'api';
  const [group, version, ...rest] = isCore ? ['', ...parts.slice(1)] : parts.slice(1);
  const isInNamespace = rest[0] === 'namespaces' && rest.length > 2;
  const [plural = '', name = null, subresource = null] = isInNamespace ? rest.slice(2) : rest;
  const resource = findResource(group ?? '', version ?? '', plural);
  if (resource === undefined) return null;
  return { resource, namespace: isInNamespace ? (rest[1] ?? '') : '', name, subresource };
}

function scaleOf(object: KubeObject): KubeObject {
  const { replicas = 1 } = object.spec as { readonly replicas?: number };
  const status = (object.status ?? {}) as { readonly replicas?: number };
  const { name, namespace = '', uid = '', resourceVersion = '' } = object.metadata;
  return {
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: { name, namespace, uid, resourceVersion },
    spec: { replicas },
    status: { replicas: status.replicas ?? 0 },
  };
}

function asObject(value: Json | KubeObject | undefined): KubeObject {
  const object = value as KubeObject | undefined;
  if (typeof object?.metadata?.name !== 'string' || object.metadata.name === '') {
    throw new StatusError(422, 'Invalid', 'metadata.name is required');
  }
  return object;
}

function success() {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' };
}

function sendError(response: ServerResponse, error: unknown): void {
  let known: StatusError;
  if (error instanceof StatusError) known = error;
  else if (error instanceof ConflictError) {
    known = new StatusError(409, 'Conflict', 'the object has been changed');
  } else if (error instanceof PatchError) known = new StatusError(422, 'Invalid', error.message);
  else known = new StatusError(500, 'InternalError', String(error));
  const { code, reason, message } = known;
  sendJson(response, code, { ...success(), status: 'Failure', reason, message, code });
}

function sendJson(response: ServerResponse, code: number, body: object): void {
  response.writeHead(code, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw new StatusError(413, 'RequestEntityTooLarge', 'too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
