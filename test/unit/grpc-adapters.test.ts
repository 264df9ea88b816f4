/** Logs without personal data and without floods; metrics that promtool accepts; probes. */
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { createLogger, type LoggingOptions, scrub } from '../../shared/adapters/logging.ts';
import { createMetricsRegistry, startMetricsServer } from '../../shared/adapters/metrics.ts';

interface Line {
  readonly level: string;
  readonly msg: string;
  readonly time: string;
  readonly held_back?: number;
  readonly [field: string]: unknown;
}

function capture(options: Partial<LoggingOptions> = {}) {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const logger = createLogger({ service: 'test', version: '1', destination, ...options });
  return {
    logger,
    text: () => lines.join(''),
    lines: () => lines.map((line) => JSON.parse(line) as Line),
  };
}

describe('logs', () => {
  test('a line -> ISO time, level by name, constant message, service', () => {
    const { logger, lines } = capture();
    logger.info({ shard: 3 }, 'started');
    expect(lines()).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-.*Z$/),
        service: 'test',
        version: '1',
        pod: expect.any(String),
        shard: 3,
        msg: 'started',
      },
    ]);
  });

  test('fields that could hold data of customers -> redacted at every depth in use', () => {
    const { logger, text } = capture();
    const secret = 'ann@example.com';
    logger.info({ value: secret, a: { identifiers: [secret] }, b: { c: { email: secret } } }, 'x');
    logger.info({ a: { b: { c: { attributes: { name: secret } } } }, request: { x: secret } }, 'x');
    expect(text()).not.toContain(secret);
    expect(text().match(/\[redacted\]/g)).toHaveLength(5);
  });

  test('errors -> type, code, frames; no quoted text, address or number of their messages', () => {
    const { logger, text, lines } = capture();
    let parse: unknown;
    try {
      JSON.parse('{"email":"ann@example.com",}');
    } catch (error) {
      parse = error;
    }
    const outer = new Error('cannot store +61 412 345 678', { cause: parse });
    logger.error({ err: outer }, 'failed');
    logger.error({ err: Object.assign(new Error('port taken'), { code: 'EADDRINUSE' }) }, 'listen');
    expect(text()).not.toMatch(/ann@|412 345/);
    expect(lines()[0]?.['err']).toMatchObject({
      type: 'Error',
      message: 'cannot store [number]',
      cause: { type: 'SyntaxError' },
    });
    expect(lines()[1]?.['err']).toMatchObject({ message: 'port taken', code: 'EADDRINUSE' });
  });

  const scrubbed = [
    ['plain words stay, 42 too', 'plain words stay, 42 too'],
    ['for ann.smith+x@shop.example now', 'for [email] now'],
    ['call 0412 345 678', 'call [number]'],
    [`near "Ann Smith" here`, 'near "[text]" here'],
  ] as const;
  test.each(scrubbed)('%s -> %s', (text, expected) => {
    expect(scrub(text)).toBe(expected);
  });

  test('repeats -> ten a window, then a count; other messages pass', () => {
    let nowMs = 0;
    const { logger, lines } = capture({ now: () => nowMs, repeatsMax: 10, repeatWindowMs: 1000 });
    for (let index = 0; index < 50; index++) logger.warn({ index }, 'again');
    logger.warn('other');
    logger.error('again');
    for (let index = 0; index < 50; index++) logger.info('info is not limited');
    expect(lines().filter(({ msg, level }) => msg === 'again' && level === 'warn')).toHaveLength(
      10,
    );
    expect(lines()).toHaveLength(62);
    nowMs = 1000;
    logger.child({ part: 1 }).warn('again');
    expect(lines().at(-1)).toMatchObject({ msg: 'again', part: 1, held_back: 40 });
  });
});

describe('metrics server', () => {
  test('paths -> metrics in text format, start, readiness, liveness, 404, 405', async () => {
    const registry = createMetricsRegistry({ service: 'gateway', version: '1.2.3' });
    let isStarted = false;
    let isReady = false;
    const options = {
      registry,
      host: '127.0.0.1',
      port: 0,
      isStarted: () => isStarted,
      isReady: () => isReady,
    };
    const server = await startMetricsServer(options);
    const get = async (path: string, method = 'GET') => {
      const response = await fetch(`http://${server.address}${path}`, { method });
      return [response.status, await response.text()] as const;
    };
    try {
      const [status, text] = await get('/metrics?x=1');
      expect(status).toBe(200);
      expect(text).toContain('selfsame_build_info{service="gateway",version="1.2.3"} 1');
      expect(text).toContain('process_cpu_seconds_total');
      // Only counters may end in _total: promtool rejects the others.
      const types = [...text.matchAll(/^# TYPE (\S+_total) (\S+)$/gm)];
      expect(types.length).toBeGreaterThan(0);
      expect(types.filter(([, , type]) => type !== 'counter')).toEqual([]);
      const promtool = spawnSync('promtool', ['check', 'metrics'], {
        input: text,
        encoding: 'utf8',
      });
      // Without promtool there is nothing to compare; the loop above holds its main rule.
      expect(`${promtool.stdout ?? ''}${promtool.stderr ?? ''}`).toBe('');
      expect((await get('/livez'))[0]).toBe(200);
      expect((await get('/readyz'))[0]).toBe(503);
      expect((await get('/startupz'))[0]).toBe(503);
      isStarted = true;
      expect((await get('/startupz'))[0]).toBe(200);
      expect((await get('/readyz'))[0]).toBe(503);
      isReady = true;
      expect((await get('/readyz'))[0]).toBe(200);
      expect((await get('/other'))[0]).toBe(404);
      expect((await get('/metrics', 'POST'))[0]).toBe(405);
      const port = Number(server.address.split(':')[1]);
      await expect(startMetricsServer({ ...options, port })).rejects.toThrow('another port');
    } finally {
      await server.close();
    }
  });
});
