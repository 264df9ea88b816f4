/** Trace context: nothing happens while tracing is off; what travels, and what never does, while on. */
import { afterEach, describe, expect, test } from 'vitest';
import {
  activeTraces,
  inServerSpan,
  inSpans,
  joinTraces,
  startTracing,
  traceFields,
  type Tracing,
} from '../../shared/adapters/tracing.ts';
import { OtlpReceiver } from '../support/otlp-receiver.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const GIVEN = `00-${TRACE}-b7ad6b7169203331-01`;
const UNSAMPLED = `00-${TRACE}-b7ad6b7169203331-00`;

function namedTraces(count: number): string[] {
  return Array.from(
    { length: count },
    (_, one) => `00-${TRACE}-${String(one + 1).padStart(16, '0')}-01`,
  );
}

describe('off', () => {
  test('work runs as it is: no context, no span, no fields', async () => {
    const tracing = await startTracing({ service: 'shard', version: '1' }, {});
    const seen = inSpans('x', 'consumer', [GIVEN], {}, () => [activeTraces(), traceFields()]);
    expect(seen).toEqual([[], {}]);
    expect(inServerSpan('x', GIVEN, {}, () => activeTraces())).toEqual([]);
    expect(joinTraces([{ traces: [GIVEN] }])).toEqual([]);
    await tracing.close();
  });

  test('what it costs is a comparison: below half a microsecond of processor time', () => {
    const before = process.cpuUsage();
    for (let one = 0; one < 1_000_000; one++) activeTraces();
    expect(process.cpuUsage(before).user / 1_000_000).toBeLessThan(0.5);
  });
});

describe('on', () => {
  let receiver: OtlpReceiver;
  let tracing: Tracing;
  const start = async (more: Readonly<Record<string, string>> = {}): Promise<void> => {
    receiver = await OtlpReceiver.start();
    process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = receiver.url;
    tracing = await startTracing({ service: 'shard', version: '1' }, { ...process.env, ...more });
  };
  afterEach(async () => {
    await tracing.close();
    receiver.close();
    delete process.env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  });

  test('spans follow the trace that is given, also after a wait, and reach the collector', async () => {
    await start();
    const told = await inServerSpan('call', GIVEN, { 'rpc.system': 'grpc' }, async (setCode) => {
      await new Promise((done) => setTimeout(done, 1));
      setCode(14);
      return inSpans('inner', 'producer', activeTraces(), {}, () => [
        activeTraces(),
        traceFields(),
      ]);
    });
    expect(told[0]).toEqual([expect.stringMatching(`^00-${TRACE}-[0-9a-f]{16}-01$`)]);
    expect(told[1]).toMatchObject({ trace_id: TRACE });
    expect(activeTraces()).toEqual([]);
    await tracing.close();
    const [inner, call] = receiver.ofTrace(TRACE);
    expect(inner).toMatchObject({ name: 'inner', parentSpanId: call?.spanId });
    expect(call).toMatchObject({ service: 'selfsame-shard', parentSpanId: 'b7ad6b7169203331' });
    expect(call?.attributes).toEqual({ 'rpc.system': 'grpc', 'rpc.grpc.status_code': 14 });
  });

  test('a failure is told by its kind, never by its message', async () => {
    await start();
    const failing = inServerSpan('call', GIVEN, {}, () =>
      Promise.reject(new TypeError('cannot handle jo@example.com')),
    );
    await expect(failing).rejects.toThrow(TypeError);
    await tracing.close();
    expect(receiver.spans[0]?.attributes).toEqual({ 'error.type': 'TypeError' });
    expect(receiver.bodies.join()).not.toContain('example.com');
  });

  test('unsampled and malformed contexts do not travel; at most eight do', async () => {
    await start();
    const within = (parent: string) => inSpans('x', 'consumer', [parent], {}, () => activeTraces());
    expect(within(UNSAMPLED)).toEqual([]);
    expect(within('00-xyz')).toEqual([]);
    expect(within(`00-${'0'.repeat(32)}-b7ad6b7169203331-01`)).toEqual([]);
    expect(joinTraces([{ traces: namedTraces(5) }, { traces: namedTraces(20) }])).toEqual(
      namedTraces(8),
    );
  });

  test('work of nobody, run by somebody: none of the context of who runs it', async () => {
    await start();
    const inherited = inServerSpan('call', GIVEN, {}, () =>
      inSpans('x', 'producer', [], {}, activeTraces),
    );
    expect(inherited).toEqual([]);
  });

  test('calls without a decision: as many as the sampler says', async () => {
    await start({ OTEL_TRACES_SAMPLER: '' });
    let sampled = 0;
    for (let one = 0; one < 2_000; one++) {
      sampled += inServerSpan('call', null, {}, () => activeTraces().length);
    }
    // One in a hundred: 20 of 2,000, within five standard deviations.
    expect(sampled).toBeLessThan(45);
  });
});
