/**
 * `selfsame watch`: customers as they are created, merged and split, and evidence that stops or
 * begins to count.
 */
import { Command } from 'commander';
import {
  type Cluster,
  ClusterError,
  type EvidenceEvent,
  type FeedEvent,
} from '../../../shared/protocol/cluster.ts';
import { type CliContext, writeLines } from '../context.ts';
import { ExitCode, usageError } from '../exit-codes.ts';
import { pause } from '../pause.ts';
import { toSnakeCase } from '../snake-case.ts';
import {
  clientFiles,
  explainUnreachable,
  targetAddress,
  type TargetOptions,
  withGateway,
} from '../target.ts';
import { formatTime } from '../text-table.ts';

const HELP = `
Events are differences between settled states; with --json one JSON object a line. Each holds a
resume token: --since continues after it. If the cluster goes away, the command waits and goes on
behind the last event, so that none is missed; without an event or --since it ends with 3.

Exit codes: 0 --count reached, 2 the token is malformed or too old, 3 no cluster,
            130 stopped by Ctrl-C.

Examples:
  selfsame watch
  selfsame watch --json --count 100 > events.ndjson
  selfsame watch --json --since TOKEN`;

/** Between attempts to reach a cluster that went away; grows to the second by doubling. */
const RETRY_MS_MIN = 250;
const RETRY_MS_MAX = 5_000;

interface WatchOptions extends TargetOptions {
  readonly json?: boolean;
  readonly since?: string;
  readonly count?: number;
}

export function watchCommand(context: CliContext): Command {
  const command = new Command('watch')
    .summary(
      'customers as they are created, merged and split; evidence that turns generic or is held',
    )
    .description('Prints changes of customers, and of what counts as evidence, until Ctrl-C.')
    .option(
      '--since <token>',
      'continue after this resume token (default: from now on)',
      parseToken,
    )
    .option('--count <count>', 'stop after this many events', parseCount)
    .option('--json', 'one JSON object a line')
    .addHelpText('after', HELP);
  return withGateway(command).action(async (options: WatchOptions) => {
    const address = targetAddress(context, options.target);
    const cluster = await context.clusters.connect(address, clientFiles(context, options));
    try {
      await watch(context, cluster, options);
      if (context.signal.aborted) context.exitCode = ExitCode.interrupted;
    } catch (error) {
      throw explainUnreachable(error, address);
    } finally {
      await cluster.close();
    }
  });
}

function parseToken(text: string): string {
  // To the gateway an empty one means from now on: whoever lost a token must not miss events for it.
  if (text.trim() === '') throw usageError('--since must be a resume token, and is empty');
  return text;
}

function parseCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw usageError('--count must be a whole number above 0');
  return Number(text);
}

async function watch(context: CliContext, cluster: Cluster, options: WatchOptions): Promise<void> {
  let token = options.since ?? null;
  let remaining = options.count ?? Number.POSITIVE_INFINITY;
  let retryMs = RETRY_MS_MIN;
  // Without a token there is no place to go on from until the first event: better to end, and say so,
  // than to miss what happens meanwhile.
  let hasPlace = options.since !== undefined;
  while (!context.signal.aborted) {
    const stop = new AbortController();
    const signal = AbortSignal.any([context.signal, stop.signal]);
    try {
      for await (const event of cluster.watch(token, { signal })) {
        print(context, event, options.json === true);
        token = event.resumeToken;
        hasPlace = true;
        retryMs = RETRY_MS_MIN;
        remaining -= 1;
        if (remaining === 0) return;
      }
      if (context.signal.aborted) return;
    } catch (error) {
      if (context.signal.aborted) return;
      if (!(error instanceof ClusterError) || !error.retryable || !hasPlace) {
        throw error;
      }
      context.stderr.write(`${error.message}; trying again in ${retryMs} ms\n`);
    } finally {
      stop.abort();
    }
    await pause(retryMs, context.signal);
    retryMs = Math.min(RETRY_MS_MAX, retryMs * 2);
  }
}

function print(context: CliContext, event: FeedEvent, asJson: boolean): void {
  if (asJson) {
    writeLines(context.stdout, [JSON.stringify(toSnakeCase(event))]);
    return;
  }
  writeLines(context.stdout, [`${formatTime(event.occurredAt)}  ${describe(event)}`]);
}

function describe(event: FeedEvent): string {
  if ('evidence' in event) return describeEvidence(event);
  const other = event.otherCustomerId ?? '-';
  switch (event.kind) {
    case 'customer.created':
      return `created  ${event.customerId}`;
    case 'customer.merged':
      return `merged   ${event.customerId} into ${other}`;
    case 'customer.split':
      return `split    ${event.customerId} off ${other}`;
    case 'profile.moved':
      return `moved    ${event.profileRef} from ${other} to ${event.customerId}`;
  }
}

function describeEvidence({ kind, evidence }: EvidenceEvent): string {
  const word = kind.slice('evidence.'.length).padEnd(8);
  switch (evidence.kind) {
    case 'value':
      return `${word} a value of ${evidence.namespace}: ${evidence.valueRef}`;
    case 'delivery':
      return `${word} the delivery ${evidence.delivery} of ${evidence.source}`;
    case 'source':
      return `${word} the source ${evidence.source}`;
    case 'rule':
      return `${word} the rule ${evidence.namespace}`;
  }
}
