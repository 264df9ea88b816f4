/**
 * `selfsame gateway`, `selfsame coordinator`, `selfsame shard`: one service of a NATS cluster alone.
 */
import { Command } from 'commander';
import { describeSettings } from '../../../shared/adapters/env-config.ts';
import { CLUSTER_SETTINGS } from '../../../shared/cluster/settings.ts';
import { COORDINATOR_SETTINGS } from '../../coordinator/config.ts';
import { ConfigError, describeConfig } from '../../gateway/config.ts';
import { SHARD_SETTINGS } from '../../shard/config.ts';
import type { CliContext } from '../context.ts';
import { usageError } from '../exit-codes.ts';
import { SERVICE_RUNNERS, type ServiceName, stoppedExitCode } from '../run-service.ts';

interface ServiceText {
  readonly summary: string;
  readonly description: string;
  readonly settings: () => readonly string[];
  readonly example: string;
}

const TEXTS: Readonly<Record<ServiceName, ServiceText>> = {
  gateway: {
    summary: 'one gateway of a NATS cluster',
    description: 'Runs a gateway: gRPC for clients. Any number may run; they hold no state.',
    settings: () => [...describeConfig(), ...describeSettings(CLUSTER_SETTINGS)],
    example: 'SELFSAME_GATEWAY_PORT=7400 selfsame gateway',
  },
  coordinator: {
    summary: 'one coordinator of a NATS cluster',
    description: 'Runs a coordinator: routes what enters, and keeps the merge desk.',
    settings: () => describeSettings(COORDINATOR_SETTINGS),
    example: 'SELFSAME_NATS_URL=nats://nats:4222 selfsame coordinator',
  },
  shard: {
    summary: 'one shard of a NATS cluster',
    description: 'Runs a shard: owns partitions, and answers about them.',
    settings: () => describeSettings(SHARD_SETTINGS),
    example: 'SELFSAME_SHARD_INDEX=1 SELFSAME_SHARD_COUNT=2 selfsame shard',
  },
};

export function serviceCommand(context: CliContext, name: ServiceName): Command {
  const { summary, description, settings, example } = TEXTS[name];
  return new Command(name)
    .summary(summary)
    .description(`${description} Settings come from the environment.`)
    .addHelpText('after', () =>
      [
        '',
        'Logs go to standard output, one JSON object a line.',
        '',
        'Settings and their defaults:',
        ...settings().map((text) => `  ${text.replaceAll('\n', '\n  ')}`),
        '',
        'Exit codes: 0 stopped by SIGTERM, 2 bad setting, 3 cannot start or failed, 130 Ctrl-C.',
        '',
        'Examples:',
        `  selfsame ${name}`,
        `  ${example}`,
      ].join('\n'),
    )
    .action(async () => {
      const run = await SERVICE_RUNNERS[name]();
      try {
        await run(context.env, context.signal);
      } catch (error) {
        throw error instanceof ConfigError ? usageError(error.message, { cause: error }) : error;
      }
      context.exitCode = stoppedExitCode(context.signal);
    });
}
