/**
 * Contract suite of the Bus port: every implementation passes it unchanged.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Bus } from '../../shared/adapters/bus.ts';

export interface BusHome {
  readonly bus: Bus;
  dispose(): Promise<void>;
}

const bytes = (text: string): Uint8Array => Buffer.from(text);
const text = (value: Uint8Array): string => Buffer.from(value).toString();
const wait = { timeoutMs: 2_000 } as const;

export function describeBusContract(name: string, makeHome: () => Promise<BusHome>): void {
  describe(`bus contract: ${name}`, () => {
    let home: BusHome;
    let bus: Bus;
    beforeEach(async () => {
      home = await makeHome();
      bus = home.bus;
    });
    afterEach(async () => {
      await bus.close();
      await home.dispose();
    });

    /** Everything published so far has been delivered when this resolves. */
    async function settle(): Promise<void> {
      const marker = bus.respond('marker', 'q', async (value) => value);
      await bus.request('marker', bytes(''), wait);
      marker.close();
    }

    test('published messages arrive in order, with their subject', async () => {
      const seen: string[] = [];
      bus.subscribe('a.b', (value, subject) => seen.push(`${subject}=${text(value)}`));
      for (const value of ['1', '2', '3']) bus.publish('a.b', bytes(value));
      await settle();
      expect(seen).toEqual(['a.b=1', 'a.b=2', 'a.b=3']);
    });

    test.each([
      ['a.*', 'a.b', true],
      ['a.*', 'a.b.c', false],
      ['a.*', 'a', false],
      ['*.b', 'a.b', true],
      ['a.>', 'a.b.c', true],
      ['a.>', 'a', false],
      ['a.b', 'a.c', false],
    ])('pattern %s, subject %s -> delivered: %s', async (pattern, subject, isDelivered) => {
      let count = 0;
      bus.subscribe(pattern, () => count++);
      bus.publish(subject, bytes('x'));
      await settle();
      expect(count).toBe(isDelivered ? 1 : 0);
    });

    test('the time left travels with a request -> a deadline by the clock of who answers', async () => {
      const seen: (number | null)[] = [];
      bus.respond('timed', 'q', async (value, _subject, { deadlineMs }) => {
        seen.push(deadlineMs);
        return value;
      });
      const before = Date.now();
      await bus.request('timed', bytes('x'), wait);
      await bus.request('timed', bytes('x'), { ...wait, budgetMs: 60_000 });
      const after = Date.now();
      for (const [index, budgetMs] of [wait.timeoutMs, 60_000].entries()) {
        expect(seen[index]).toBeGreaterThanOrEqual(before + budgetMs);
        expect(seen[index]).toBeLessThanOrEqual(after + budgetMs + 1);
      }
    });

    test.each([0, -5, Number.NaN])(
      '%s ms left -> timeout, and nobody is asked',
      async (timeoutMs) => {
        let calls = 0;
        bus.respond('timed', 'q', async (value) => {
          calls++;
          return value;
        });
        const request = bus.request('timed', bytes('x'), { timeoutMs });
        await expect(request).rejects.toMatchObject({ code: 'timeout' });
        await settle();
        expect(calls).toBe(0);
      },
    );

    test('a message reaches every subscriber and one member of each queue', async () => {
      const counts = { plain1: 0, plain2: 0, queue: 0, other: 0 };
      bus.subscribe('s', () => counts.plain1++);
      bus.subscribe('s', () => counts.plain2++);
      for (let member = 0; member < 3; member++) {
        bus.subscribe('s', () => counts.queue++, { queue: 'q' });
        bus.subscribe('s', () => counts.other++, { queue: 'other' });
      }
      for (let index = 0; index < 10; index++) bus.publish('s', bytes('x'));
      await settle();
      expect(counts).toEqual({ plain1: 10, plain2: 10, queue: 10, other: 10 });
    });

    test('a closed subscription gets nothing', async () => {
      let count = 0;
      const subscription = bus.subscribe('s', () => count++);
      subscription.close();
      subscription.close();
      bus.publish('s', bytes('x'));
      await settle();
      expect(count).toBe(0);
    });

    test('a request is answered by one member of the queue', async () => {
      let handled = 0;
      for (let member = 0; member < 2; member++) {
        bus.respond('echo.*', 'q', async (value, subject) => {
          handled++;
          return bytes(`${subject}:${text(value)}`);
        });
      }
      const answers = await Promise.all(
        ['1', '2', '3'].map((value) => bus.request('echo.x', bytes(value), wait)),
      );
      expect(answers.map(text)).toEqual(['echo.x:1', 'echo.x:2', 'echo.x:3']);
      expect(handled).toBe(3);
    });

    test('nobody answers -> no_responders, at once', async () => {
      const started = performance.now();
      await expect(bus.request('nobody', bytes('x'), wait)).rejects.toMatchObject({
        name: 'BusError',
        code: 'no_responders',
        retryable: true,
      });
      expect(performance.now() - started).toBeLessThan(wait.timeoutMs / 2);
    });

    test('no answer in time -> timeout', async () => {
      bus.respond('slow', 'q', () => new Promise(() => {}));
      await expect(bus.request('slow', bytes('x'), { timeoutMs: 30 })).rejects.toMatchObject({
        code: 'timeout',
      });
    });

    test('the caller gives up -> cancelled', async () => {
      bus.respond('slow', 'q', () => new Promise(() => {}));
      const control = new AbortController();
      const request = bus.request('slow', bytes('x'), { ...wait, signal: control.signal });
      control.abort();
      await expect(request).rejects.toMatchObject({ code: 'cancelled' });
      await expect(
        bus.request('slow', bytes('x'), { ...wait, signal: control.signal }),
      ).rejects.toMatchObject({ code: 'cancelled' });
    });

    test('a handler throws -> handler_failed without its message, told to the owner', async () => {
      const errors: unknown[] = [];
      const failure = new Error('secret');
      const onHandlerError = (error: unknown): void => void errors.push(error);
      bus.respond('bad', 'q', () => Promise.reject(failure), { onHandlerError });
      await expect(bus.request('bad', bytes('x'), wait)).rejects.toMatchObject({
        code: 'handler_failed',
        message: expect.not.stringContaining('secret'),
      });
      expect(errors).toEqual([failure]);
    });

    test('too many requests at a time -> overloaded, the others are answered', async () => {
      let release = (): void => {};
      const gate = new Promise<void>((resolve) => {
        release = resolve;
      });
      const handler = async (value: Uint8Array): Promise<Uint8Array> => {
        await gate;
        return value;
      };
      bus.respond('busy', 'q', handler, { concurrencyMax: 2 });
      const requests = ['1', '2', '3'].map((value) => bus.request('busy', bytes(value), wait));
      await expect(requests[2]).rejects.toMatchObject({ code: 'overloaded', retryable: true });
      release();
      expect(text(await (requests[0] as Promise<Uint8Array>))).toBe('1');
      expect(text(await (requests[1] as Promise<Uint8Array>))).toBe('2');
    });

    test('after close -> closed; open requests end', async () => {
      bus.respond('slow', 'q', () => new Promise(() => {}));
      const open = bus.request('slow', bytes('x'), wait);
      const outcome = open.catch((error: unknown) => error);
      await bus.close();
      expect(await outcome).toMatchObject({ name: 'BusError', code: 'closed' });
      const closed = expect.objectContaining({ code: 'closed' });
      expect(() => bus.publish('s', bytes('x'))).toThrow(closed);
      expect(() => bus.subscribe('s', () => {})).toThrow(closed);
      await expect(bus.request('s', bytes('x'), wait)).rejects.toEqual(closed);
    });
  });
}
