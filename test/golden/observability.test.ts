/**
 * Rules, runbooks and the table of metrics: generated files are current, promtool accepts the rules,
 * every alert fires where it must and is quiet where it must, has a runbook, and asks only for metrics
 * that the services export.
 */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { CASES } from '../../deploy/alerts/cases.ts';
import { formatSpan } from '../../deploy/alerts/durations.ts';
import { promtoolTests } from '../../deploy/alerts/promtool-tests.ts';
import { ALERTS, ruleGroups, runbookUrl } from '../../deploy/alerts/rule-file.ts';
import { generatedFiles } from '../../deploy/generated-files.ts';
import { metricCatalogue, metricOfSeries } from '../../deploy/metrics/catalogue.ts';
import { readQuery } from '../support/promql.ts';

const RUNBOOKS = 'deploy/runbooks';
/** Made by Prometheus itself. */
const SCRAPE_SERIES = ['up'];
/** Labels that Prometheus adds to every series that it scrapes. */
const TARGET_LABELS = ['job', 'instance', 'namespace', 'le'];

const hasPromtool = spawnSync('promtool', ['--version']).error === undefined;
const folder = mkdtempSync(join(tmpdir(), 'selfsame-rules-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function promtool(...args: readonly string[]): Promise<{ readonly stdout: string }> {
  // Rejects, with what promtool said, when it does not accept.
  return promisify(execFile)('promtool', args, { cwd: folder });
}

describe('generated files', () => {
  test.each(Array.from(generatedFiles()))('%s is current (npm run generate)', (path, content) => {
    expect(readFileSync(path, 'utf8')).toBe(content);
  });
});

describe('alerts', () => {
  test('each has a case that fires and one that is quiet, and no case is of none', () => {
    expect(Object.keys(CASES).toSorted()).toEqual(ALERTS.map(({ name }) => name).toSorted());
  });

  test.each(ALERTS)('$name: says the value, and where to read on', (alert) => {
    expect(alert.summary).toMatch(/\{\{ *\$value/);
    expect(alert.summary).toMatch(/\.$/);
    const [file, anchor] = runbookUrl(alert).split('#') as [string, string];
    const text = readFileSync(file, 'utf8');
    const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading ?? '');
    expect(headings.map((heading) => heading.toLowerCase())).toContain(anchor);
    const own = text.slice(text.indexOf(`## ${alert.name}\n`)).split('\n## ')[0] ?? '';
    for (const part of ['Meaning', 'Impact', 'Diagnosis', 'Mitigation']) {
      expect(own).toContain(`**${part}.**`);
    }
  });

  test('each runbook heading is of an alert; what they mention of the cluster exists', () => {
    const names = new Set(ALERTS.map(({ name }) => name));
    const catalogue = metricCatalogue();
    for (const file of readdirSync(RUNBOOKS)) {
      const text = readFileSync(join(RUNBOOKS, file), 'utf8');
      const headings = file === 'README.md' ? [] : [...text.matchAll(/^## (.+)$/gm)];
      for (const [, heading] of headings) expect(names).toContain(heading);
      for (const [name] of text.matchAll(/\bSelfsame[A-Z][A-Za-z]+/g))
        expect(names).toContain(name);
      for (const [name] of text.matchAll(/\bselfsame_[a-z_]+/g)) {
        if (SCRAPE_SERIES.includes(name)) continue;
        expect([name, metricOfSeries(name, catalogue)?.name]).not.toContain(undefined);
      }
      for (const [, query] of text.matchAll(/^# promql: (.+)$/gm)) {
        expect({ query, error: readQuery(query ?? '').error }).toEqual({ query, error: null });
      }
    }
  });

  test('expressions ask for metrics and labels that are exported, or recorded before', () => {
    const catalogue = metricCatalogue();
    const groups = ruleGroups();
    const rules = groups.flatMap((group) => group.rules);
    const recorded = new Set(rules.flatMap((rule) => ('record' in rule ? [rule.record] : [])));
    for (const { expr } of rules) {
      const { error, series } = readQuery(expr);
      expect({ expr, error }).toEqual({ expr, error: null });
      expect(series.length).toBeGreaterThan(0);
      for (const { name, labels } of series) {
        if (recorded.has(name) || SCRAPE_SERIES.includes(name)) continue;
        const metric = metricOfSeries(name, catalogue);
        expect([name, metric?.name]).not.toContain(undefined);
        for (const label of labels) {
          expect([...TARGET_LABELS, ...(metric?.labels ?? [])]).toContain(label);
        }
      }
    }
  });

  test.skipIf(!hasPromtool)('promtool finds nothing wrong with the rules', async () => {
    for (const path of generatedFiles().keys()) {
      if (!path.endsWith('selfsame-rules.yaml')) continue;
      const file = join(process.cwd(), path);
      const { stdout } = await promtool('check', 'rules', '--lint=all', '--lint-fatal', file);
      expect(stdout).toMatch(/SUCCESS: \d+ rules found/);
    }
  });

  test.skipIf(!hasPromtool)(
    'promtool: each fires in its case, with its summary, and is quiet in the other',
    async () => {
      const files = promtoolTests();
      for (const [name, content] of files) writeFileSync(join(folder, name), content);
      const tests = Array.from(files.keys()).filter((name) => name.startsWith('tests-'));
      const answers = await Promise.all(tests.map((name) => promtool('test', 'rules', name)));
      for (const { stdout } of answers) expect(stdout).toMatch(/SUCCESS/);
    },
    220_000,
  );

  test('spans are written as Prometheus reads them', () => {
    expect([15, 60, 90, 3_600, 259_200].map(formatSpan)).toEqual(['15s', '1m', '90s', '1h', '3d']);
  });
});
