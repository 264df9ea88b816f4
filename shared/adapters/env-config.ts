/**
 * Configuration from the environment: typed keys, each with meaning, unit, default and range.
 * Environment, else default, else an error that names the variable and what would do.
 */
export interface NumberSetting {
  readonly kind: 'number';
  readonly env: string;
  readonly fallback: number;
  readonly min: number;
  readonly max: number;
  readonly meaning: string;
}

export interface TextSetting {
  readonly kind: 'text';
  readonly env: string;
  readonly fallback: string;
  readonly meaning: string;
}

export type Setting = NumberSetting | TextSetting;
export type Environment = Readonly<Record<string, string | undefined>>;
export type Settings<T extends Readonly<Record<string, Setting>>> = {
  readonly [Name in keyof T]: T[Name] extends NumberSetting ? number : string;
};

export function number(
  env: string,
  fallback: number,
  [min, max]: readonly [number, number],
  meaning: string,
): NumberSetting {
  return { kind: 'number', env, fallback, min, max, meaning };
}

export function text(env: string, fallback: string, meaning: string): TextSetting {
  return { kind: 'text', env, fallback, meaning };
}

/** A setting that cannot be used: says which, why, and what would do. */
export class SettingError extends Error {
  readonly code = 'bad_setting';
}

/** Reads all settings; throws `SettingError` at the first that cannot be used. */
export function readSettings<T extends Readonly<Record<string, Setting>>>(
  table: T,
  environment: Environment,
): Settings<T> {
  const values = Object.entries(table).map(([name, setting]) => [
    name,
    readSetting(setting, environment[setting.env]),
  ]);
  return Object.freeze(Object.fromEntries(values)) as Settings<T>;
}

function readSetting(setting: Setting, found: string | undefined): number | string {
  if (found === undefined || found === '') return setting.fallback;
  if (setting.kind === 'text') return found;
  const value = Number(found);
  if (!Number.isInteger(value) || value < setting.min || value > setting.max) {
    throw new SettingError(
      `${setting.env} must be an integer from ${setting.min} to ${setting.max}`,
    );
  }
  return value;
}

/** Two lines per setting, for `--help` and the documentation. */
export function describeSettings(table: Readonly<Record<string, Setting>>): readonly string[] {
  return Object.values(table).map((setting) => {
    const range = setting.kind === 'number' ? ` (${setting.min} to ${setting.max})` : '';
    return `${setting.env}=${setting.fallback}\n    ${setting.meaning}${range}`;
  });
}
