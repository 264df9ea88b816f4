/** The cases of alerts as unit tests of promtool. */
import { stringify } from 'yaml';
import { type Case, CASES } from './cases.ts';
import { REAL_TIMES } from './durations.ts';
import { ALERTS, type RuleGroup, ruleFile, ruleGroups, runbookUrl } from './rule-file.ts';

/** How often rules are evaluated in the cases whose values have this distance. */
const EVALUATION: Readonly<Record<string, string>> = { '15s': '15s', '1m': '5m', '5m': '2h' };

/**
 * The files that `promtool test rules` reads, with the rules that they test, by file name. Causes
 * are evaluated without the recorded objectives, of which they use none: it takes a tenth of the time.
 */
export function promtoolTests(): ReadonlyMap<string, string> {
  const byInterval = new Map<string, unknown[]>();
  for (const alert of ALERTS) {
    const cases = CASES[alert.name];
    if (cases === undefined) {
      throw new Error(`${alert.name} has no cases in deploy/alerts/cases.ts`);
    }
    const { name, severity, subject, description, labels } = alert;
    const { fires, quiet } = cases;
    const expected = {
      exp_labels: { severity, subject, ...labels, ...fires.labels },
      exp_annotations: { summary: fires.summary, description, runbook_url: runbookUrl(alert) },
    };
    const rows = [
      [`${name} fires`, fires, [expected]],
      [`${name} is quiet`, quiet, []],
    ] as const;
    for (const [title, one, alerts] of rows) {
      const { interval = '15s' } = one;
      const tests = byInterval.get(interval) ?? [];
      tests.push(promtoolTest(title, name, one, alerts));
      byInterval.set(interval, tests);
    }
  }
  const isOfObjectives = (group: RuleGroup): boolean => group.name.endsWith('objectives');
  const files = new Map([
    ['causes.yaml', ruleFile(REAL_TIMES, (group) => !isOfObjectives(group))],
    ['objectives.yaml', ruleFile(REAL_TIMES, isOfObjectives)],
  ]);
  for (const [interval, tests] of byInterval) {
    const rules = interval === '15s' ? 'causes.yaml' : 'objectives.yaml';
    const groups = ruleGroups().map(({ name }) => name);
    const content = {
      rule_files: [rules],
      evaluation_interval: EVALUATION[interval],
      // What is recorded must be there before the alerts that ask for it.
      group_eval_order: groups.filter(
        (name) => name.endsWith('objectives') !== (interval === '15s'),
      ),
      tests,
    };
    const options = { lineWidth: 0, aliasDuplicateObjects: false };
    files.set(`tests-${interval}.yaml`, stringify(content, options));
  }
  return files;
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
