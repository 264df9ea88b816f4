/** What a container of a pod sees: environment and volumes, from the objects they name. */
import { chmodSync, chownSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Mount } from './container.ts';
import type { Container, DataObject, EnvVar, Pod, Volume } from './objects.ts';
import { CONFIG_MAPS, type Resource, SECRETS } from './resources.ts';
import type { ObjectStore } from './store.ts';

/** The object is not there (yet): the container waits. */
export class MissingError extends Error {}

type Data = Readonly<Record<string, Buffer>>;

function dataOf(
  store: ObjectStore,
  resource: Resource,
  namespace: string,
  name: string,
): Data | null {
  const object = store.get<DataObject>(resource, namespace, name);
  if (object === undefined) return null;
  const encoding = resource === SECRETS ? 'base64' : 'utf8';
  return Object.fromEntries([
    ...Object.entries(object.data ?? {}).map(([key, text]) => [key, Buffer.from(text, encoding)]),
    ...Object.entries(object.binaryData ?? {}).map(([key, text]) => [
      key,
      Buffer.from(text, 'base64'),
    ]),
  ]) as Data;
}

function required(what: string, data: Data | null, isOptional = false): Data {
  if (data === null && !isOptional) throw new MissingError(`${what} is not there`);
  return data ?? {};
}

function fieldOf(pod: Pod, address: string, path: string): string {
  const bracket = /^metadata\.(labels|annotations)\['([^']+)'\]$/.exec(path);
  if (bracket !== null) {
    const [, map = '', name = ''] = bracket;
    return pod.metadata[map as 'labels' | 'annotations']?.[name] ?? '';
  }
  const fields: Readonly<Record<string, string | undefined>> = {
    'metadata.name': pod.metadata.name,
    'metadata.namespace': pod.metadata.namespace,
    'metadata.uid': pod.metadata.uid,
    'status.podIP': address,
    'status.hostIP': address,
    'spec.nodeName': 'pocket',
    'spec.serviceAccountName': 'default',
  };
  const value = fields[path];
  if (value === undefined) throw new MissingError(`fieldRef ${path} is not served`);
  return value;
}

function variable(store: ObjectStore, pod: Pod, address: string, one: EnvVar): string | null {
  const { namespace = '' } = pod.metadata;
  const { fieldRef, configMapKeyRef, secretKeyRef } = one.valueFrom ?? {};
  if (fieldRef !== undefined) return fieldOf(pod, address, fieldRef.fieldPath);
  const key = configMapKeyRef ?? secretKeyRef;
  if (key === undefined) return one.value ?? '';
  const resource = configMapKeyRef === undefined ? SECRETS : CONFIG_MAPS;
  const found = dataOf(store, resource, namespace, key.name)?.[key.key];
  if (found !== undefined) return found.toString('utf8');
  if (key.optional === true) return null;
  throw new MissingError(`${resource.kind} ${key.name} has no ${key.key}`);
}

/** Throws `MissingError`. `$(NAME)` in values is replaced by what stands before. */
export function environmentOf(
  store: ObjectStore,
  pod: Pod,
  container: Container,
  address: string,
): Record<string, string> {
  const { namespace = '' } = pod.metadata;
  const environment: Record<string, string> = {};
  for (const { prefix = '', configMapRef, secretRef } of container.envFrom ?? []) {
    const reference = configMapRef ?? secretRef;
    if (reference === undefined) continue;
    const resource = configMapRef === undefined ? SECRETS : CONFIG_MAPS;
    const data = dataOf(store, resource, namespace, reference.name);
    const all = required(`${resource.kind} ${reference.name}`, data, reference.optional);
    for (const [key, value] of Object.entries(all)) environment[prefix + key] = value.toString();
  }
  for (const one of container.env ?? []) {
    const value = variable(store, pod, address, one);
    if (value !== null) environment[one.name] = expand(value, environment);
  }
  return environment;
}

export function expand(text: string, environment: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\(([A-Za-z_][A-Za-z0-9_]*)\)/g, (all, name: string) => {
    return environment[name] ?? all;
  });
}

/** Directory of a claim; made when it is not there. */
export function claimDirectory(folder: string, namespace: string, claim: string): string {
  return join(folder, 'claims', namespace, claim);
}

function fill(
  directory: string,
  data: Data,
  items: readonly { readonly key: string; readonly path: string }[] | undefined,
): void {
  const files = items ?? Object.keys(data).map((key) => ({ key, path: key }));
  for (const { key, path } of files) {
    const content = data[key];
    if (content === undefined) throw new MissingError(`no key ${key}`);
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content, { mode: 0o644 });
  }
}

function prepare(
  store: ObjectStore,
  pod: Pod,
  folder: string,
  podFolder: string,
  volume: Volume,
): string {
  const { namespace = '' } = pod.metadata;
  const { configMap, secret, persistentVolumeClaim } = volume;
  const directory =
    persistentVolumeClaim === undefined
      ? join(podFolder, 'volumes', volume.name)
      : claimDirectory(folder, namespace, persistentVolumeClaim.claimName);
  if (existsSync(directory) && configMap === undefined && secret === undefined) return directory;
  mkdirSync(directory, { recursive: true });
  if (configMap !== undefined) {
    const data = dataOf(store, CONFIG_MAPS, namespace, configMap.name);
    const { items, name, optional } = configMap;
    fill(directory, required(`ConfigMap ${name}`, data, optional), items);
  } else if (secret !== undefined) {
    const data = dataOf(store, SECRETS, namespace, secret.secretName);
    const { items, secretName, optional } = secret;
    fill(directory, required(`Secret ${secretName}`, data, optional), items);
  }
  chmodSync(directory, 0o777);
  const { runAsUser = 0, runAsGroup = runAsUser } = pod.spec.securityContext ?? {};
  chownSync(directory, runAsUser, runAsGroup);
  return directory;
}

/** Throws `MissingError`. */
export function mountsOf(
  store: ObjectStore,
  pod: Pod,
  container: Container,
  { folder, podFolder }: { readonly folder: string; readonly podFolder: string },
): Mount[] {
  return (container.volumeMounts ?? []).map(
    ({ name, mountPath, subPath = '', readOnly = false }) => {
      const volume = pod.spec.volumes?.find((one) => one.name === name);
      if (volume === undefined) throw new MissingError(`no volume ${name}`);
      const from = join(prepare(store, pod, folder, podFolder, volume), subPath);
      const isReadOnly = readOnly || volume.configMap !== undefined || volume.secret !== undefined;
      return { from, to: mountPath, isReadOnly };
    },
  );
}

export function removeClaim(folder: string, namespace: string, claim: string): void {
  rmSync(claimDirectory(folder, namespace, claim), { recursive: true, force: true });
}
