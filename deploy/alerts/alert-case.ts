/** A case of an alert: series given by hand, evaluated by promtool at a moment. */

export interface Case {
  /** Series and their values, in the notation of promtool: start+step x times. */
  readonly series: Readonly<Record<string, string>>;
  readonly at: string;
  /** Distance of the values; default 15s. */
  readonly interval?: string;
}

export interface FiringCase extends Case {
  /** Labels besides severity, subject and those of the alert itself. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly summary: string;
}

export interface AlertCases {
  readonly fires: FiringCase;
  readonly quiet: Case;
  /** Further causes of the same alert, and further situations that look like one. */
  readonly alsoFires?: readonly FiringCase[];
  readonly alsoQuiet?: readonly Case[];
}
