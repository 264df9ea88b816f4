/**
 * `selfsame audit`: who asked, who changed what, and what became of it.
 */
import { Command } from 'commander';
import {
  AUDIT_PAGE_MAX,
  type AuditEntry,
  type AuditFilter,
  type AuditShelf,
} from '../../../shared/protocol/audit.ts';
import { type CliContext, writeJson, writeLines } from '../context.ts';
import { usageError } from '../exit-codes.ts';
import { toSnakeCase } from '../snake-case.ts';
import { type TargetOptions, withCluster, withTarget } from '../target.ts';
import { alignColumns, formatCount } from '../text-table.ts';

const HELP = `
Changes are recorded twice: when they were asked for, and what became of them. Look-ups are recorded
as far as SELFSAME_AUDIT_LOOK_UPS of the gateway says. No record holds an identifier: to find those
about somebody, give a customer id or the identifier; it is compared by its keyed hash.
Needs a token with the scope privacy or admin, where tokens are asked for.

TIME is ISO 8601 (2026-11-25, 2026-11-25T14:00Z), or an age: 30m, 12h, 7d.

Exit codes: 0 done, 2 usage, 3 no cluster or no trail.

Examples:
  selfsame audit --since 7d
  selfsame audit --customer cxw4... --all
  selfsame audit --identifier email:ann@example.com --shelf look_up
  selfsame audit --method MergeCustomers --actor steward:4711 --json`;

const UNITS_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const SHELVES: readonly AuditShelf[] = ['privileged', 'look_up'];

interface AuditOptions extends TargetOptions {
  readonly customer?: string;
  readonly identifier?: string;
  readonly actor?: string;
  readonly method?: string;
  readonly shelf?: string;
  readonly since?: string;
  readonly until?: string;
  readonly limit?: number;
  readonly page?: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

export function auditCommand(context: CliContext): Command {
  const command = new Command('audit')
    .summary('who asked, who changed what')
    .description('Lists records of the audit trail, the latest first.')
    .option('--customer <id>', 'only about this customer: its profiles, its identifiers')
    .option('--identifier <namespace:value>', 'only about this identifier')
    .option('--actor <subject>', 'only of this caller')
    .option('--method <name>', 'only of this method, e.g. MergeCustomers')
    .option('--shelf <kind>', 'only privileged calls (privileged) or only look-ups (look_up)')
    .option('--since <time>', 'only from then on')
    .option('--until <time>', 'only before then')
    .option('--limit <count>', `records of a page, at most ${AUDIT_PAGE_MAX}`, limit, 100)
    .option('--page <token>', 'go on where the list before ended')
    .option('--all', 'all pages')
    .option('--json', 'print one JSON document')
    .addHelpText('after', HELP);
  return withTarget(command).action((options: AuditOptions) => list(context, options));
}

async function list(context: CliContext, options: AuditOptions): Promise<void> {
  const filter = filterOf(options);
  const entries: AuditEntry[] = [];
  let pageToken = options.page ?? null;
  await withCluster(context, options, async (cluster, call) => {
    do {
      const page = await cluster.audit.list(filter, {
        ...call,
        pageSize: options.limit ?? AUDIT_PAGE_MAX,
        pageToken,
      });
      entries.push(...page.entries);
      pageToken = page.nextPageToken;
      // A page of a long search may be empty: go on until there is something to show.
    } while (pageToken !== null && (options.all === true || entries.length === 0));
  });
  if (options.json === true) {
    writeJson(context.stdout, toSnakeCase({ entries, nextPageToken: pageToken }));
    return;
  }
  const more = pageToken === null ? [] : [`more: --page ${pageToken}`];
  const lines = entries.length === 0 ? ['nothing is recorded'] : entries.flatMap(describe);
  writeLines(context.stdout, [...lines, ...more]);
}

function describe(entry: AuditEntry): string[] {
  const { time, phase, method, actor, certificate, tenant, outcome, reason, items } = entry;
  const when = time === 0 ? '-' : new Date(time).toISOString();
  const mark = entry.isDamaged ? '  DAMAGED: changed, or records after it are missing' : '';
  if (phase === 'lost') {
    const lost = items === 0 ? 'a record cannot be read' : `${formatCount(items)} records are lost`;
    return [`${when}  ${lost}${mark}`];
  }
  const who = [actor, certificate === '' ? '' : `(${certificate})`, tenant].filter(isGiven);
  const what = [method.replace(/^selfsame\.v1\./, ''), phase, outcome, sameIs(reason, outcome)];
  const rows = entry.references.map((reference) => [reference]);
  return [
    `${when}  ${what.filter(isGiven).join('  ')}${mark}`,
    `  ${who.join(' ')}  call ${entry.callId}  request ${entry.requestId}`,
    ...alignColumns(rows, '    '),
  ];
}

function isGiven(text: string): boolean {
  return text !== '';
}

function sameIs(reason: string, outcome: string): string {
  return reason === outcome ? '' : reason;
}

function filterOf(options: AuditOptions): AuditFilter {
  const { customer, actor, method } = options;
  const shelf = SHELVES.find((one) => one === options.shelf);
  if (options.shelf !== undefined && shelf === undefined) {
    throw usageError(`--shelf must be ${SHELVES.join(' or ')}`);
  }
  const since = timeOf('--since', options.since);
  const until = timeOf('--until', options.until);
  return {
    ...(shelf === undefined ? {} : { shelf }),
    ...(customer === undefined ? {} : { customer }),
    ...(options.identifier === undefined ? {} : { identifier: identifierOf(options.identifier) }),
    ...(actor === undefined ? {} : { actor }),
    ...(method === undefined ? {} : { method }),
    ...(since === null ? {} : { since }),
    ...(until === null ? {} : { until }),
  };
}

function identifierOf(text: string): { readonly namespace: string; readonly value: string } {
  const colon = text.indexOf(':');
  if (colon < 1 || colon === text.length - 1) {
    throw usageError('--identifier must be namespace:value, for example email:ann@example.com');
  }
  return { namespace: text.slice(0, colon), value: text.slice(colon + 1) };
}

function timeOf(option: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  if (count !== undefined) return Date.now() - Number(count) * UNITS_MS[unit as 'm' | 'h' | 'd'];
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw usageError(`${option} must be a time like 2026-11-25T14:00Z, or an age like 30m, 12h, 7d`);
}

function limit(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= AUDIT_PAGE_MAX) return count;
  throw usageError(`--limit must be a whole number from 1 to ${AUDIT_PAGE_MAX}`);
}
