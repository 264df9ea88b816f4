/** The cases of alerts as unit tests of promtool. */
import { stringify } from 'yaml';
import type { Alert } from './alert.ts';
import type { Case } from './alert-case.ts';
import { CASES } from './cases.ts';
import { ALERTS, type AlertRule, type RecordRule, ruleGroups, runbookUrl } from './rule-file.ts';

/** How often rules are evaluated in the cases whose values have this distance. */
const EVALUATION: Readonly<Record<string, string>> = { '15s': '15s', '1m': '5m', '5m': '2h' };

const OPTIONS = { lineWidth: 0, aliasDuplicateObjects: false };

interface TestFile {
  readonly rules: string;
  readonly interval: string;
  readonly tests: unknown[];
}

/**
 * The files that `promtool test rules` reads, and the rules that they test, by file name. promtool
 * evaluates every rule of a file in every test: a file holds the rules of one runbook or objective,
 * which takes a fifth of the time.
 */
export function promtoolTests(): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const tests = new Map<string, TestFile>();
  for (const alert of ALERTS) {
    const part = partOf(alert);
    const rules = `rules-${part}.yaml`;
    if (!files.has(rules)) files.set(rules, stringify({ groups: groupsOf(part) }, OPTIONS));
    for (const [one, test] of casesOf(alert)) {
      const { interval = '15s' } = one;
      const name = `tests-${part}-${interval}.yaml`;
      const file = tests.get(name) ?? { rules, interval, tests: [] };
      file.tests.push(test);
      tests.set(name, file);
    }
  }
  for (const [name, file] of tests) {
    const content = {
      rule_files: [file.rules],
      evaluation_interval: EVALUATION[file.interval],
      // What is recorded must be there before the alerts that ask for it.
      group_eval_order: ['recorded', 'alerts'],
      tests: file.tests,
    };
    files.set(name, stringify(content, OPTIONS));
  }
  return files;
}

function partOf({ runbook, labels = {} }: Alert): string {
  return labels['slo'] ?? runbook.replace('.md', '');
}

/** The rules that are shipped, as far as the alerts of this part need them. */
function groupsOf(part: string): unknown {
  const rules = ruleGroups().flatMap((group) => group.rules);
  const names = new Set(ALERTS.filter((one) => partOf(one) === part).map(({ name }) => name));
  const recorded = rules.filter(
    (rule): rule is RecordRule =>
      'record' in rule && (rule.labels === undefined || rule.labels['slo'] === part),
  );
  const alerts = rules.filter(
    (rule): rule is AlertRule => 'alert' in rule && names.has(rule.alert),
  );
  return [
    { name: 'recorded', rules: recorded },
    { name: 'alerts', rules: alerts },
  ];
}

function casesOf(alert: Alert): readonly (readonly [Case, unknown])[] {
  const cases = CASES[alert.name];
  if (cases === undefined) throw new Error(`${alert.name} has no cases in deploy/alerts/cases.ts`);
  const { name, severity, subject, description, labels } = alert;
  const { fires, quiet, alsoFires = [], alsoQuiet = [] } = cases;
  const firing = [fires, ...alsoFires].map((one) => {
    const expected = {
      exp_labels: { severity, subject, ...labels, ...one.labels },
      exp_annotations: { summary: one.summary, description, runbook_url: runbookUrl(alert) },
    };
    return [one, promtoolTest(`${name} fires`, name, one, [expected])] as const;
  });
  const still = [quiet, ...alsoQuiet].map(
    (one) => [one, promtoolTest(`${name} is quiet`, name, one, [])] as const,
  );
  return [...firing, ...still];
}

function promtoolTest(
  name: string,
  alertname: string,
  { interval = '15s', series, at }: Case,
  expected: readonly unknown[],
): unknown {
  return {
    name,
    interval,
    input_series: Object.entries(series).map(([one, values]) => ({ series: one, values })),
    alert_rule_test: [{ eval_time: at, alertname, exp_alerts: expected }],
  };
}
