/** Trace context in the headers of NATS messages, beside their bytes (tracing.ts, T1). */
import { headers, type Msg, type MsgHdrs } from 'nats';
import { activeTraces, TRACE_HEADER, type Traces } from './tracing.ts';

const NONE: Traces = [];

/** Headers with the traces of the work at hand; undefined: there is none. */
export function traceHeaders(): MsgHdrs | undefined {
  const traces = activeTraces();
  if (traces.length === 0) return undefined;
  const made = headers();
  for (const trace of traces) made.append(TRACE_HEADER, trace);
  return made;
}

export function tracesOf({ headers: found }: Msg): Traces {
  return found?.values(TRACE_HEADER) ?? NONE;
}
