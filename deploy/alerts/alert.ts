/** What an alert is, before it is written for Prometheus. */
import type { Times } from './durations.ts';

export interface Alert {
  /** `Selfsame...`, in Pascal case; the heading of its runbook is the same. */
  readonly name: string;
  /** critical: somebody is woken up. warning: somebody looks within the day. */
  readonly severity: 'critical' | 'warning';
  /** Label that inhibition goes by: what is wrong, in one word. */
  readonly subject: string;
  /** File of `deploy/runbooks` that has a heading with its name. */
  readonly runbook: string;
  readonly expression: (times: Times) => string;
  /** How long the expression must hold. */
  readonly waitSeconds: number;
  /** One sentence with the value in it. */
  readonly summary: string;
  /** What it means for those who use the cluster. */
  readonly description: string;
  readonly labels?: Readonly<Record<string, string>>;
}
