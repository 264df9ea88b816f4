/** Lines of the report: a figure, what it is compared with in the same run, and their ratio. */
import { cpus, totalmem } from 'node:os';

export interface Fanout {
  /** Per interaction. */
  readonly entries: number;
  readonly linkMessages: number;
}

export interface Figure {
  readonly part: string;
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly peer?: { readonly what: string; readonly value: number };
  /** CPU time of all processes concerned, per item, microseconds: does not depend on the load. */
  readonly cpuMicros?: number;
  readonly fanout?: Fanout;
  readonly note?: string;
  /** See `Measured`. */
  readonly othersCores?: number;
}

export class Report {
  readonly #isJson: boolean;
  readonly #figures: (Figure & { readonly ratio?: number })[] = [];

  constructor(isJson: boolean) {
    this.#isJson = isJson;
  }

  start(): void {
    if (this.#isJson) return;
    const { node, nodeOptions, cores, model, memoryGiB, date } = machine();
    console.log(`${date}, node ${node}${nodeOptions}, ${cores} x ${model}, ${memoryGiB} GiB\n`);
  }

  progress(text: string): void {
    if (process.stderr.isTTY) process.stderr.write(`  ${text}\n`);
  }

  add(figure: Figure): void {
    const ratio = figure.peer === undefined ? {} : { ratio: figure.value / figure.peer.value };
    this.#figures.push({ ...figure, ...ratio });
    if (!this.#isJson) console.log(lineOf(figure));
  }

  /** Of a figure that was added; NaN: there is none such. */
  valueOf(part: string, what: string): number {
    const found = this.#figures.find((one) => one.part === part && one.what === what);
    return found?.value ?? Number.NaN;
  }

  end(): void {
    if (this.#isJson) {
      console.log(JSON.stringify({ machine: machine(), figures: this.#figures }, null, 2));
    }
  }
}

function machine() {
  return {
    date: new Date().toISOString().slice(0, 16).replace('T', ' '),
    node: process.versions.node,
    nodeOptions: process.env['NODE_OPTIONS'] === undefined ? '' : ` ${process.env['NODE_OPTIONS']}`,
    cores: cpus().length,
    model: cpus()[0]?.model.trim() ?? 'unknown processor',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
  };
}

function lineOf(figure: Figure): string {
  const { part, what, value, unit, peer, fanout, cpuMicros, note, othersCores = 0 } = figure;
  const parts = [`${part.padEnd(8)} ${what.padEnd(46)} ${numberText(value).padStart(11)} ${unit}`];
  if (peer !== undefined) {
    const ratio = (value / peer.value).toPrecision(2);
    parts.push(`${ratio} of ${peer.what} (${numberText(peer.value)})`);
  }
  if (fanout !== undefined) {
    const { entries, linkMessages } = fanout;
    parts.push(`log entries ${entries.toFixed(3)}, link messages ${linkMessages.toFixed(2)} each`);
  }
  if (cpuMicros !== undefined) parts.push(`CPU ${cpuMicros.toPrecision(3)} us each`);
  if (note !== undefined) parts.push(note);
  if (othersCores >= 0.1) parts.push(`OTHERS TOOK ${othersCores.toFixed(1)} CORES`);
  return parts.join('; ');
}

function numberText(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}
