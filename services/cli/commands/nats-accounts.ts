/**
 * `selfsame nats-accounts`: the configuration of nats-server in which each service may do what it needs.
 */
import { Command } from 'commander';
import {
  NATS_PASSWORDS_FILE,
  natsAccountsConfig,
} from '../../../shared/cluster/nats-permissions.ts';
import { assertTenantName, tenantPrefix } from '../../../shared/cluster/tenants.ts';
import type { CliContext } from '../context.ts';

const HELP = `
Write it beside the configuration of nats-server and include it there; passwords go into a file of
their own, whose lines the output begins with. Every service then gets its user and password by
SELFSAME_NATS_USER_FILE. With tenants each has an account: whoever is in one sees nothing of another.
The user feed reads the stream of the change feed and nothing else; the user operator sees the state
of all streams, and nothing that is in them.

Exit codes: 0 done, 2 usage.

Examples:
  selfsame nats-accounts > /etc/nats/accounts.conf
  selfsame nats-accounts --tenants acme,globex --passwords ../secrets/passwords.conf`;

interface AccountsOptions {
  readonly prefix: string;
  readonly tenants?: string;
  readonly passwords: string;
}

export function natsAccountsCommand(context: CliContext): Command {
  return new Command('nats-accounts')
    .summary('users and permissions for nats-server')
    .description('Prints accounts, users and permissions of least privilege for nats-server.')
    .option('--prefix <name>', 'SELFSAME_PREFIX of the cluster', 'selfsame')
    .option('--tenants <names>', 'tenants, by commas (SELFSAME_TENANTS); default: none')
    .option(
      '--passwords <file>',
      'where the configuration finds passwords, from its own folder',
      NATS_PASSWORDS_FILE,
    )
    .addHelpText('after', HELP)
    .action(({ prefix, tenants, passwords }: AccountsOptions) => {
      const names = (tenants ?? '').split(',').filter((name) => name !== '');
      for (const name of names) assertTenantName('--tenants', name);
      const accounts =
        names.length === 0
          ? [{ tenant: '', prefix }]
          : names.map((tenant) => ({ tenant, prefix: tenantPrefix(prefix, tenant) }));
      context.stdout.write(natsAccountsConfig(accounts, passwords));
    });
}
