/**
 * A real Prometheus and a real Alertmanager for tests, with a webhook that keeps what it is sent.
 *
 * Everything listens on 127.0.0.1, on ports that were free, and is ended by `dispose`.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { leashed } from './leash.ts';
import { freePort } from './nats-server.ts';

const ALERTMANAGERS = ['prometheus-alertmanager', 'alertmanager'];

/** What is missing on this machine, as a sentence with the command that installs it; null: nothing. */
export function missingMonitoring(): string | null {
  const isThere = (program: string): boolean =>
    spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;
  if (isThere('prometheus') && ALERTMANAGERS.some(isThere)) return null;
  return (
    'Prometheus or its Alertmanager is not installed. Debian, Ubuntu: sudo apt-get install ' +
    '--no-install-recommends prometheus prometheus-alertmanager'
  );
}

/** One alert as Alertmanager tells it to a webhook. */
export interface ToldAlert {
  readonly status: 'firing' | 'resolved';
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface MonitoringOptions {
  /** `host:port` of what is scraped, by job. */
  readonly jobs: Readonly<Record<string, readonly string[]>>;
  /** Rule file; absent: no rules. */
  readonly rules?: string;
  /** Alertmanager configuration without receivers; absent: none is started. */
  readonly alertmanager?: Readonly<Record<string, unknown>>;
  readonly scrapeSeconds?: number;
}

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  /** `[seconds, value]`. */
  readonly points: readonly (readonly [number, number])[];
}

export class Monitoring {
  readonly url: string;
  /** Of Alertmanager; empty where none was asked for. */
  alertmanagerUrl = '';
  /** Everything that reached the webhook, in order. */
  readonly told: ToldAlert[] = [];
  readonly #folder: string;
  readonly #children: ChildProcess[] = [];
  readonly #webhook: Server;
  #output = '';

  private constructor(folder: string, url: string) {
    this.#folder = folder;
    this.url = url;
    this.#webhook = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { alerts } = JSON.parse(String(Buffer.concat(chunks))) as {
          readonly alerts: readonly ToldAlert[];
        };
        this.told.push(...alerts);
        response.end();
      });
    });
  }

  static async start(options: MonitoringOptions): Promise<Monitoring> {
    const folder = mkdtempSync(join(tmpdir(), 'selfsame-monitoring-'));
    const port = await freePort();
    const monitoring = new Monitoring(folder, `http://127.0.0.1:${port}`);
    try {
      const manager = await monitoring.#startAlertmanager(options);
      await monitoring.#startPrometheus(port, options, manager);
      return monitoring;
    } catch (error) {
      await monitoring.dispose();
      throw error;
    }
  }

  async #startAlertmanager({ alertmanager }: MonitoringOptions): Promise<string | null> {
    if (alertmanager === undefined) return null;
    const webhookPort = await freePort();
    await new Promise<void>((done) => {
      this.#webhook.listen(webhookPort, '127.0.0.1', done);
    });
    const url = `http://127.0.0.1:${webhookPort}/`;
    const receivers = [{ name: 'test', webhook_configs: [{ url, send_resolved: true }] }];
    const config = this.#write('alertmanager.yml', stringify({ ...alertmanager, receivers }));
    const address = `127.0.0.1:${await freePort()}`;
    const program = ALERTMANAGERS.find(
      (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).error === undefined,
    );
    this.#spawn(program ?? 'alertmanager', [
      `--config.file=${config}`,
      `--storage.path=${join(this.#folder, 'alertmanager')}`,
      `--web.listen-address=${address}`,
      // Alone: without this it looks for an address of its own and may refuse to start.
      '--cluster.listen-address=',
    ]);
    await this.#untilAnswers(`http://${address}/-/ready`);
    this.alertmanagerUrl = `http://${address}`;
    return address;
  }

  async #startPrometheus(
    port: number,
    { jobs, rules, scrapeSeconds = 1 }: MonitoringOptions,
    alertmanager: string | null,
  ): Promise<void> {
    const config = {
      global: { scrape_interval: `${scrapeSeconds}s`, evaluation_interval: '1s' },
      ...(rules === undefined ? {} : { rule_files: [this.#write('rules.yaml', rules)] }),
      ...(alertmanager === null
        ? {}
        : { alerting: { alertmanagers: [{ static_configs: [{ targets: [alertmanager] }] }] } }),
      scrape_configs: Object.entries(jobs).map(([job, targets]) => ({
        job_name: job,
        // What a target says of its namespace counts before what is said here.
        honor_labels: true,
        static_configs: [{ targets, labels: { namespace: 'selfsame' } }],
      })),
    };
    this.#spawn('prometheus', [
      `--config.file=${this.#write('prometheus.yml', stringify(config))}`,
      `--storage.tsdb.path=${join(this.#folder, 'tsdb')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ]);
    await this.#untilAnswers(`${this.url}/-/ready`);
  }

  /** Rejects with what Prometheus says when the query cannot be run. */
  async query(expression: string): Promise<readonly Sample[]> {
    return this.#ask('query', { query: expression });
  }

  async queryRange(
    expression: string,
    range: { readonly from: number; readonly to: number; readonly step: number },
  ): Promise<readonly Sample[]> {
    const { from, to, step } = range;
    const numbers = { start: String(from), end: String(to), step: String(step) };
    return this.#ask('query_range', { query: expression, ...numbers });
  }

  /** Names of the alerts that fire now, as Prometheus sees them. */
  async firing(): Promise<readonly string[]> {
    const found = await this.query('ALERTS{alertstate="firing"}');
    return found.map(({ labels }) => labels['alertname'] ?? '');
  }

  async dispose(): Promise<void> {
    for (const child of this.#children) child.kill('SIGKILL');
    this.#webhook.closeAllConnections();
    this.#webhook.close();
    await Promise.all(
      this.#children
        .filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)
        .map((child) => new Promise((done) => child.once('exit', done))),
    );
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #ask(what: string, query: Readonly<Record<string, string>>): Promise<readonly Sample[]> {
    const response = await fetch(`${this.url}/api/v1/${what}`, {
      method: 'POST',
      body: new URLSearchParams(query),
    });
    const answer = (await response.json()) as {
      readonly status: string;
      readonly error?: string;
      readonly data?: { readonly result: readonly RawSample[] };
    };
    if (answer.status !== 'success') throw new Error(`${answer.error}: ${query['query']}`);
    return (answer.data?.result ?? []).map(({ metric, value, values }) => ({
      labels: metric,
      points: (values ?? (value === undefined ? [] : [value])).map(
        ([at, text]) => [at, Number(text)] as const,
      ),
    }));
  }

  #spawn(program: string, args: readonly string[]): void {
    const [leash, ...words] = leashed(program, args);
    const child = spawn(leash, words, { cwd: this.#folder, stdio: ['ignore', 'pipe', 'pipe'] });
    const keep = (chunk: Buffer): void => {
      this.#output = (this.#output + String(chunk)).slice(-10_000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    this.#children.push(child);
  }

  #write(name: string, content: string): string {
    const path = join(this.#folder, name);
    writeFileSync(path, content);
    return path;
  }

  async #untilAnswers(url: string): Promise<void> {
    const end = Date.now() + 20_000;
    for (;;) {
      const isThere = await fetch(url).then(
        ({ ok }) => ok,
        () => false,
      );
      if (isThere) return;
      if (Date.now() > end) throw new Error(`${url} does not answer:\n${this.#output}`);
      await new Promise((done) => setTimeout(done, 20));
    }
  }
}

interface RawSample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: readonly [number, string];
  readonly values?: readonly (readonly [number, string])[];
}
