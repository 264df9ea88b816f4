/** The Dockerfile and the compose file, as far as they can be checked without Docker. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { COORDINATOR_SETTINGS } from '../../services/coordinator/config.ts';
import { describeConfig } from '../../services/gateway/config.ts';
import { SHARD_SETTINGS } from '../../services/shard/config.ts';
import { describeSettings } from '../../shared/adapters/env-config.ts';
import { packageVersion } from '../../shared/cluster/service-process.ts';
import { packageRoot } from '../../shared/ingress/package-root.ts';

interface ComposeService {
  readonly image: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
}

const root = packageRoot();
const dockerfile = readFileSync(join(root, 'deploy/Dockerfile'), 'utf8');

function lint(text: string): string {
  const program = join(root, 'node_modules/.bin/dockerfilelint');
  const folder = mkdtempSync(join(tmpdir(), 'selfsame-dockerfile-'));
  try {
    const file = join(folder, 'Dockerfile');
    writeFileSync(file, text);
    return spawnSync(program, ['--output', 'json', file], { encoding: 'utf8' }).stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('Dockerfile, linted -> no issue; without a tag -> one', () => {
  expect(JSON.parse(lint(dockerfile)).totalIssues).toBe(0);
  const untagged = dockerfile.replaceAll(/FROM node:\S+/g, 'FROM node:latest');
  expect(JSON.parse(lint(untagged)).totalIssues).toBeGreaterThan(0);
});

test('Dockerfile -> exact Node.js of two equal stages, not root, no secret, paths that exist', () => {
  const images = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
  expect(new Set(images).size).toBe(1);
  expect(images[0]).toMatch(/^node:\d+\.\d+\.\d+-/);
  expect(dockerfile).toMatch(/^USER 1000:1000$/m);
  expect(dockerfile).not.toMatch(/^(ADD|ARG)\b/m);
  const ignored = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n');
  for (const [, from] of dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)) {
    for (const path of (from ?? '').split(' ')) {
      expect(existsSync(join(root, path)), path).toBe(true);
      const inside = path.replace(/^\.\//, '');
      const isLetThrough = [inside, inside.split('/')[0]].some((one) =>
        ignored.includes(`!${one}`),
      );
      expect(isLetThrough, `${path} must reach the build`).toBe(true);
    }
  }
  // Everything else stays out: node_modules, .git, tests, data.
  expect(ignored).toContain('*');
});

test('compose -> settings that the code knows, files that exist, exact images', () => {
  const { services } = parse(readFileSync(join(root, 'deploy/compose.yaml'), 'utf8'), {
    merge: true,
  });
  const known = new Set(
    [...describeSettings({ ...SHARD_SETTINGS, ...COORDINATOR_SETTINGS }), ...describeConfig()].map(
      (line) => line.split('=')[0],
    ),
  );
  // Read by services that place partitions; unknown to those with static placement.
  known.add('SELFSAME_SHARD_NAME');
  const prometheus = parse(readFileSync(join(root, 'deploy/compose/prometheus.yaml'), 'utf8'));
  const targets = new Set<string>(prometheus.scrape_configs[0].static_configs[0].targets);
  for (const [name, service] of Object.entries<ComposeService>(services)) {
    const { image, environment = {}, volumes = [] } = service;
    expect(image).toMatch(/:v?\d+\.\d+\.\d+/);
    const sources = volumes.map((volume) => volume.split(':')[0] ?? '');
    const files = sources.filter((source) => source.startsWith('.'));
    expect(files.filter((file) => !existsSync(join(root, 'deploy', file)))).toEqual([]);
    if (!image.startsWith('selfsame:')) continue;
    expect(image).toBe(`selfsame:${packageVersion()}`);
    for (const setting of Object.keys(environment)) expect(known).toContain(setting);
    expect(targets).toContain(`${name}:${environment['SELFSAME_METRICS_PORT']}`);
  }
});
