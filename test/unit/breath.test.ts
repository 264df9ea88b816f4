/** Breath: the event loop turns while entries are applied, and nobody who waits is passed over. */
import { expect, test } from 'vitest';
import { type Clock, SYSTEM_CLOCK } from '../../shared/adapters/clock.ts';
import { Breath } from '../../shared/engine/breath.ts';

function work(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

test('two backlogs of long entries -> timers fire in between, both go on in turn', async () => {
  const breath = new Breath(SYSTEM_CLOCK, 5);
  const seen: string[] = [];
  const tick = setInterval(() => seen.push('tick'), 1);
  async function backlog(name: string): Promise<void> {
    for (let entry = 0; entry < 6; entry++) {
      await breath.taken();
      work(6);
      seen.push(name);
    }
  }
  await Promise.all([backlog('a'), backlog('b')]);
  clearInterval(tick);
  expect(seen.filter((one) => one === 'tick').length).toBeGreaterThan(5);
  const entries = seen.filter((one) => one !== 'tick').join('');
  expect(entries).not.toMatch(/aaa|bbb/);
});

test('within a slice nobody waits for the loop', async () => {
  let turns = 0;
  const clock: Clock = {
    now: () => 0,
    monotonic: () => 0,
    schedule: () => (turns++, () => undefined),
  };
  const breath = new Breath(clock, 5);
  for (let entry = 0; entry < 1000; entry++) await breath.taken();
  expect(turns).toBe(1);
});
