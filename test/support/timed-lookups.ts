/** Look-ups under way while things happen to a cluster: how long each took, and whether it was right. */
import type { Cluster, Resolution } from '../../shared/protocol/cluster.ts';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Looks things up all the time; what it cost is kept by phase. */
export class TimedLookups {
  readonly byPhase = new Map<string, number[]>();
  readonly errors: string[] = [];
  /** Answers that `isRight` refused. */
  readonly wrong: string[] = [];
  phase = 'start';
  #isOver = false;
  readonly #work: Promise<void>;

  constructor(
    client: Cluster,
    asked: readonly { namespace: string; value: string }[],
    isRight: (index: number, answer: Resolution) => boolean = () => true,
  ) {
    const run = async (offset: number): Promise<void> => {
      for (let index = offset; !this.#isOver; index += 7) {
        const { phase } = this;
        const begun = performance.now();
        const one = asked[index % asked.length];
        if (one === undefined) return;
        try {
          const [answer] = await client.resolve([one], { deadlineMs: Date.now() + 10_000 });
          if (answer === undefined || !isRight(index % asked.length, answer)) {
            this.wrong.push(`${phase}: ${JSON.stringify(answer)}`);
          }
        } catch (error) {
          this.errors.push(`${phase}: ${String(error)}`);
        }
        const known = this.byPhase.get(phase) ?? [];
        this.byPhase.set(phase, known);
        known.push(performance.now() - begun);
        await pause(5);
      }
    };
    this.#work = Promise.all([run(0), run(1), run(2), run(3)]).then(() => undefined);
  }

  async close(): Promise<void> {
    this.#isOver = true;
    await this.#work;
  }

  figures(): Record<string, unknown> {
    return Object.fromEntries(
      Array.from(this.byPhase, ([phase, times]) => {
        const sorted = times.toSorted((left, right) => left - right);
        const at = (share: number) => Math.round(sorted[Math.floor(sorted.length * share)] ?? 0);
        return [phase, { n: times.length, p50: at(0.5), p99: at(0.99), max: at(0.9999) }];
      }),
    );
  }
}
