/**
 * The three patches that kubectl sends.
 *
 * JSON patch: RFC 6902. Merge patch: RFC 7386. Strategic merge patch: as the Kubernetes API
 * conventions describe it (lists of objects are merged by a key of the field; `$patch`,
 * `$setElementOrder`, `$deleteFromPrimitiveList`, `$retainKeys`).
 */
import type { Json, JsonObject } from './objects.ts';

export class PatchError extends Error {}

/** Merge keys by the name of the list, from the Kubernetes API reference (`patchMergeKey`). */
const MERGE_KEYS: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'],
  initContainers: ['name'],
  env: ['name'],
  volumes: ['name'],
  volumeMounts: ['mountPath'],
  ports: ['containerPort', 'port'],
  imagePullSecrets: ['name'],
  topologySpreadConstraints: ['topologyKey'],
  hostAliases: ['ip'],
  conditions: ['type'],
  ownerReferences: ['uid'],
};

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function mergePatch(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const result: Record<string, Json | undefined> = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else if (value !== undefined) result[key] = mergePatch(result[key], value);
  }
  return result;
}

export function strategicMergePatch(target: Json | undefined, patch: JsonObject): JsonObject {
  if (patch['$patch'] === 'replace') return withoutDirectives(patch);
  const result: Record<string, Json | undefined> = isObject(target) ? { ...target } : {};
  const retained = patch['$retainKeys'];
  if (Array.isArray(retained)) {
    for (const key of Object.keys(result)) if (!retained.includes(key)) delete result[key];
  }
  for (const [key, value] of Object.entries(patch)) {
    if (value === undefined) continue;
    if (key.startsWith('$deleteFromPrimitiveList/')) {
      const list = key.slice(key.indexOf('/') + 1);
      const gone = value as readonly Json[];
      result[list] = ((result[list] ?? []) as readonly Json[]).filter((one) => !gone.includes(one));
    } else if (key.startsWith('$')) continue;
    else if (value === null || (isObject(value) && value['$patch'] === 'delete')) {
      delete result[key];
    } else if (Array.isArray(value)) {
      result[key] = mergeList(key, result[key], value as readonly Json[], patch);
    } else if (isObject(value)) result[key] = strategicMergePatch(result[key], value);
    else result[key] = value;
  }
  return result;
}

function withoutDirectives(patch: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(patch).filter(([key]) => !key.startsWith('$')));
}

function mergeList(
  name: string,
  target: Json | undefined,
  patch: readonly Json[],
  parent: JsonObject,
): readonly Json[] {
  const known = Array.isArray(target) ? (target as readonly Json[]) : [];
  const key = keyOfList(name, [...patch, ...known]);
  if (key === null || patch.some((one) => isObject(one) && one['$patch'] === 'replace')) {
    return patch.filter((one) => !isObject(one) || one['$patch'] === undefined);
  }
  let merged = known.map((one) => one as JsonObject);
  for (const one of patch as readonly JsonObject[]) {
    const at = merged.findIndex((other) => other[key] === one[key]);
    if (one['$patch'] === 'delete') merged = merged.filter((_, index) => index !== at);
    else if (at < 0) merged.push(withoutDirectives(one));
    else merged[at] = strategicMergePatch(merged[at], one);
  }
  const order = parent[`$setElementOrder/${name}`];
  if (!Array.isArray(order)) return merged;
  const place = (one: JsonObject) => {
    const at = (order as readonly JsonObject[]).findIndex((other) => other[key] === one[key]);
    return at < 0 ? Number.MAX_SAFE_INTEGER : at;
  };
  return merged.sort((left, right) => place(left) - place(right));
}

/** null: the list is replaced as a whole. */
function keyOfList(name: string, items: readonly Json[]): string | null {
  const keys = MERGE_KEYS[name] ?? [];
  return keys.find((key) => items.every((one) => isObject(one) && one[key] !== undefined)) ?? null;
}

/** Throws `PatchError` when an operation does not apply. */
export function jsonPatch(target: JsonObject, operations: readonly JsonObject[]): JsonObject {
  let root = structuredClone(target) as Json;
  for (const operation of operations) {
    const { op, path, value = null, from } = operation;
    const pointer = (text: Json | undefined) =>
      (typeof text === 'string' ? text : '')
        .split('/')
        .slice(1)
        .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
    const steps = pointer(path);
    if (op === 'add' || op === 'replace') root = changeAt(root, steps, value, op);
    else if (op === 'remove') root = changeAt(root, steps, undefined, op);
    else if (op === 'test') {
      if (JSON.stringify(valueAt(root, steps)) !== JSON.stringify(value)) {
        throw new PatchError(`test failed: ${JSON.stringify(path)}`);
      }
    } else if (op === 'copy' || op === 'move') {
      const moved = valueAt(root, pointer(from));
      if (op === 'move') root = changeAt(root, pointer(from), undefined, 'remove');
      root = changeAt(root, steps, moved ?? null, 'add');
    } else throw new PatchError(`unknown operation ${JSON.stringify(op)}`);
  }
  return root as JsonObject;
}

function valueAt(root: Json | undefined, steps: readonly string[]): Json | undefined {
  let value = root;
  for (const step of steps) {
    if (Array.isArray(value)) value = (value as readonly Json[])[Number(step)];
    else if (isObject(value)) value = value[step];
    else return undefined;
  }
  return value;
}

function changeAt(
  root: Json | undefined,
  [step, ...rest]: readonly string[],
  value: Json | undefined,
  op: 'add' | 'replace' | 'remove',
): Json {
  if (step === undefined) return value ?? null;
  if (Array.isArray(root)) {
    const list = [...(root as readonly Json[])];
    const at = step === '-' ? list.length : Number(step);
    if (!(at >= 0 && at <= list.length)) throw new PatchError(`no index ${step}`);
    if (rest.length > 0) list[at] = changeAt(list[at], rest, value, op);
    else list.splice(at, op === 'add' ? 0 : 1, ...(value === undefined ? [] : [value]));
    return list;
  }
  if (!isObject(root)) throw new PatchError(`no field ${step}`);
  const result: Record<string, Json | undefined> = { ...root };
  if (rest.length > 0) result[step] = changeAt(result[step], rest, value, op);
  else if (value === undefined) delete result[step];
  else result[step] = value;
  return result;
}
