/**
 * Goal: in the documented installation of production every ConfigMap and Secret is made, with its keys,
 * before what mounts it. Method: the steps of k8s/README.md are run by a shell whose `kubectl` and `helm`
 * write down what they are asked for.
 */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { NATS_USERS } from '../../shared/cluster/nats-permissions.ts';
import { packageRoot } from '../../shared/ingress/package-root.ts';
import {
  hasKubectl,
  KUBECTL_MISSING,
  type Loose,
  renderOverlay,
  workloadsOf,
} from '../support/kubernetes-manifests.ts';

/** One call of `kubectl` or `helm`: its words. */
type Step = readonly string[];
/** Keys of each object that was made, by `Secret NAME` or `ConfigMap NAME`. */
type Made = Map<string, readonly string[]>;

const RECORDER = '#!/bin/sh\n{ basename "$0"; printf "%s\\n" "$@"; echo --; } >> "$STEPS"\n';
/** Refuses a file that is not there, and keeps a copy: some are there for a moment only. */
const KUBECTL = `${RECORDER}for one in "$@"; do case "$one" in
--from-file=*) path="\${one#--from-file=}"; path="\${path#*=}"
  [ -e "$path" ] || { echo "no $path" >&2; exit 1; }
  [ -f "$path" ] && cp "$path" "$COPIES/" ;;
esac; done; exit 0
`;

interface Installation {
  readonly steps: readonly Step[];
  /** What `passwords.conf` held. */
  readonly passwords: string;
}

const readValues = (): Loose =>
  parse(readFileSync(join(packageRoot(), 'k8s/nats/values.yaml'), 'utf8'));

/** The block of the README that installs, up to what is for the clients' namespaces. */
function installBlock(): string {
  const readme = readFileSync(join(packageRoot(), 'k8s/README.md'), 'utf8');
  const blocks = Array.from(readme.matchAll(/```sh\n([\s\S]*?)```/g), ([, block]) => block ?? '');
  return blocks.find((block) => block.includes('helm install')) ?? '';
}

/** Runs the documented steps; throws when one of them fails, or names a file that is not there. */
function install(): Installation {
  const folder = mkdtempSync(join(tmpdir(), 'selfsame-install-'));
  try {
    const at = (name: string): string => join(folder, name);
    for (const name of ['bin', 'copies', 'certificates']) mkdirSync(at(name));
    for (const [name, script] of Object.entries({ kubectl: KUBECTL, helm: RECORDER })) {
      writeFileSync(at(`bin/${name}`), script);
      chmodSync(at(`bin/${name}`), 0o755);
    }
    const secrets = new Set(installBlock().match(/selfsame-[a-z-]+-tls\b/g));
    for (const name of secrets) {
      mkdirSync(at(`certificates/${name}`));
      for (const key of ['tls.crt', 'tls.key', 'ca.crt']) {
        writeFileSync(at(`certificates/${name}/${key}`), '');
      }
    }
    writeFileSync(at('keys'), '{}');
    execFileSync('sh', ['-eu', '-c', installBlock()], {
      cwd: packageRoot(),
      env: {
        PATH: `${at('bin')}:${process.env['PATH']}`,
        STEPS: at('steps'),
        COPIES: at('copies'),
        CERTIFICATES: at('certificates'),
        JWKS: at('keys'),
        TMPDIR: folder,
      },
    });
    const steps = readFileSync(at('steps'), 'utf8').split('\n--\n').slice(0, -1);
    return {
      steps: steps.map((step) => expandFolders(step.split('\n'))),
      passwords: readFileSync(at('copies/passwords.conf'), 'utf8'),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `--from-file` of a folder is one of each file in it. */
function expandFolders(step: Step): Step {
  return step.flatMap((word) => {
    const path = word.replace('--from-file=', '');
    if (path === word || !existsSync(path) || !statSync(path).isDirectory()) return [word];
    return readdirSync(path).map((name) => `--from-file=${join(path, name)}`);
  });
}

function begins(step: Step, words: string): boolean {
  return step.join(' ').startsWith(words);
}

/** What the steps before the first one that begins so have made. */
function madeBefore(steps: readonly Step[], words: string): Made {
  const end = steps.findIndex((step) => begins(step, words));
  expect(end, words).toBeGreaterThan(0);
  const made: Made = new Map();
  for (const step of steps.slice(0, end)) {
    const plain = step.filter((word) => !word.startsWith('-') && word !== 'selfsame');
    const [, verb, what, ...rest] = plain;
    if (verb !== 'create' || (what !== 'secret' && what !== 'configmap')) continue;
    const name = what === 'secret' ? rest[1] : rest[0];
    const keys = step.flatMap((word) => {
      const [, literal] = /^--from-(?:literal|file)=([^=/]+)=/.exec(word) ?? [];
      if (literal !== undefined) return [literal];
      return word.startsWith('--from-file=') ? [basename(word)] : [];
    });
    made.set(`${what === 'secret' ? 'Secret' : 'ConfigMap'} ${name}`, keys);
  }
  return made;
}

/** Names and keys that the values of NATS's chart want to be there. */
function wantedByValues(values: Loose): Made {
  const wanted: Made = new Map();
  for (const { tls } of [values.config.nats, values.config.cluster]) {
    const inMerge = Object.values(tls.merge ?? {}).filter((value) => String(value).startsWith('/'));
    wanted.set(`Secret ${tls.secretName}`, [
      tls.cert,
      tls.key,
      ...inMerge.map((path) => basename(String(path))),
    ]);
  }
  for (const { value } of values.podTemplate.patch) {
    if (value.secret !== undefined) wanted.set(`Secret ${value.secret.secretName}`, []);
    if (value.configMap !== undefined) wanted.set(`ConfigMap ${value.configMap.name}`, []);
  }
  return wanted;
}

/** Those that the pods of an overlay want and the overlay does not make. */
function wantedByPods(objects: readonly Loose[]): Made {
  const wanted: Made = new Map();
  const own = new Set(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`));
  for (const { spec } of workloadsOf(objects)) {
    const { volumes, containers } = spec.template.spec;
    for (const { secret, configMap } of volumes ?? []) {
      const name = secret ? `Secret ${secret.secretName}` : `ConfigMap ${configMap?.name}`;
      if ((secret ?? configMap) === undefined || own.has(name)) continue;
      wanted.set(
        name,
        ((secret ?? configMap).items ?? []).map(({ key }: Loose) => key),
      );
    }
    for (const { valueFrom } of containers.flatMap(({ env }: Loose) => env ?? [])) {
      const { secretKeyRef } = valueFrom ?? {};
      if (secretKeyRef) wanted.set(`Secret ${secretKeyRef.name}`, [secretKeyRef.key]);
    }
  }
  return wanted;
}

function missing(wanted: Made, made: Made): string[] {
  return Array.from(wanted).flatMap(([name, keys]) => {
    const known = made.get(name);
    if (known === undefined) return [name];
    return keys.filter((key) => !known.includes(key)).map((key) => `${key} of ${name}`);
  });
}

test('what the values of NATS and the pods name -> made before, with its keys', (context) => {
  if (!hasKubectl()) return context.skip(KUBECTL_MISSING);
  const { steps, passwords } = install();
  const wanted = wantedByValues(readValues());
  expect(wanted.size).toBeGreaterThanOrEqual(4);
  expect(missing(wanted, madeBefore(steps, 'helm install nats'))).toEqual([]);
  const pods = wantedByPods(renderOverlay('prod'));
  expect(pods.size).toBeGreaterThanOrEqual(6);
  expect(missing(pods, madeBefore(steps, 'kubectl apply -k k8s/overlays/prod'))).toEqual([]);
  // NATS is there before those who call it; a password for each user that the accounts have.
  const order = ['helm install', 'kubectl apply'].map((words) =>
    steps.findIndex((step) => begins(step, words)),
  );
  expect(order).toEqual(order.toSorted((one, other) => one - other));
  const accounts = readFileSync(
    join(packageRoot(), 'k8s/components/nats-users/accounts.conf'),
    'utf8',
  );
  const variables = Array.from(accounts.matchAll(/password: \$(\w+)/g), ([, name]) => name);
  expect(variables.length).toBe(NATS_USERS.length);
  for (const name of variables)
    expect(passwords).toMatch(new RegExp(`^${name}: "[0-9a-f]{32}"$`, 'm'));
});
