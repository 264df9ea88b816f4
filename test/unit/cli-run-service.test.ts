/**
 * Goal: services in one process live and end together.
 * Method: services made of promises that the test resolves.
 */
import { describe, expect, test } from 'vitest';
import { type RunService, runTogether, stoppedExitCode } from '../../services/cli/run-service.ts';

/** Runs until its signal aborts, and notes that it ended. */
function service(ended: string[], name: string): RunService {
  return (_environment, signal) =>
    new Promise((resolve) => {
      signal.addEventListener('abort', () => {
        ended.push(name);
        resolve();
      });
    });
}

describe('running services together', () => {
  test('the signal aborts -> all end, no error', async () => {
    const ended: string[] = [];
    const stop = new AbortController();
    const running = runTogether(
      [
        [service(ended, 'a'), {}],
        [service(ended, 'b'), {}],
      ],
      stop.signal,
    );
    stop.abort('SIGTERM');
    await running;
    expect(ended.sort()).toEqual(['a', 'b']);
  });

  test('one fails -> the others are stopped first, then its error is told', async () => {
    const ended: string[] = [];
    const failing: RunService = async () => {
      throw new Error('the store failed');
    };
    const running = runTogether(
      [
        [service(ended, 'a'), {}],
        [failing, {}],
      ],
      new AbortController().signal,
    );
    await expect(running).rejects.toThrow('the store failed');
    expect(ended).toEqual(['a']);
  });

  test('each gets its own settings', async () => {
    const seen: unknown[] = [];
    const noting: RunService = async (environment) => {
      seen.push(environment['X']);
    };
    await runTogether(
      [
        [noting, { X: '1' }],
        [noting, { X: '2' }],
      ],
      new AbortController().signal,
    );
    expect(seen).toEqual(['1', '2']);
  });

  test('SIGTERM is good order, Ctrl-C an interruption', () => {
    expect(stoppedExitCode(AbortSignal.abort('SIGTERM'))).toBe(0);
    expect(stoppedExitCode(AbortSignal.abort('SIGINT'))).toBe(130);
    expect(stoppedExitCode(new AbortController().signal)).toBe(0);
  });
});
