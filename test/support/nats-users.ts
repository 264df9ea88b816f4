/** nats-server with accounts and users of least privilege, for tests: configuration, files of users. */
import { mkdirSync, mkdtempSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  NATS_USERS,
  type NatsAccount,
  natsAccountsConfig,
  natsPasswordNames,
  type NatsUser,
  natsUserName,
} from '../../shared/cluster/nats-permissions.ts';

export interface NatsUsers {
  /** More arguments of nats-server. */
  readonly args: readonly string[];
  /** File of `user:password`, for SELFSAME_NATS_USER_FILE. */
  userFile(user: NatsUser, tenant: string): string;
  password(user: NatsUser, tenant: string): string;
  /** Other passwords, for the server (which must be told to reload) and in the files of users. */
  rotate(mark: string): void;
}

/**
 * Writes everything into the folder. Every password contains `mark`. Files of users are reached
 * through a link that is replaced as a whole, as the kubelet does with mounted secrets. `more` is part of
 * the server's configuration.
 */
export function natsUsers(
  folder: string,
  accounts: readonly NatsAccount[],
  mark = 'nats-password',
  more = '',
): NatsUsers {
  mkdirSync(folder, { recursive: true });
  const config = join(folder, 'nats.conf');
  const link = join(folder, '..data');
  const own = { mark };
  const password: NatsUsers['password'] = (user, tenant) =>
    `${own.mark}-${natsUserName(user, tenant)}`;
  const all = accounts.flatMap(({ tenant }) => NATS_USERS.map((user) => ({ user, tenant })));
  const write = (): void => {
    const names = natsPasswordNames(accounts);
    const lines = all.map(
      ({ user, tenant }, index) => `${names[index]}: ${JSON.stringify(password(user, tenant))}`,
    );
    writeFileSync(join(folder, 'passwords.conf'), `${lines.join('\n')}\n`);
    const next = mkdtempSync(join(folder, '..version-'));
    for (const { user, tenant } of all) {
      const name = natsUserName(user, tenant);
      writeFileSync(join(next, name), `${name}:${password(user, tenant)}\n`, { mode: 0o600 });
    }
    symlinkSync(next, `${link}.new`);
    renameSync(`${link}.new`, link);
  };
  write();
  writeFileSync(join(folder, 'accounts.conf'), natsAccountsConfig(accounts));
  const jetStream = 'jetstream { store_dir: $NATS_STORE_DIR }';
  writeFileSync(config, `${jetStream}\n${more}\ninclude "./accounts.conf"\n`);
  return {
    args: ['--config', config],
    userFile: (user, tenant) => join(link, natsUserName(user, tenant)),
    password,
    rotate: (next) => {
      own.mark = next;
      write();
    },
  };
}
