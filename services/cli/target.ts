/**
 * The cluster a command talks to, and how its failures become exit codes.
 */
import { ClusterError } from '../../shared/protocol/cluster.ts';
import { CliError, ExitCode } from './exit-codes.ts';

/** What a failed call of a cluster means to the person at the terminal; null: not such a failure. */
export function clusterFailure(error: unknown): CliError | null {
  if (!(error instanceof ClusterError)) return null;
  switch (error.code) {
    case 'not_found':
      return new CliError(ExitCode.negative, error.message, { cause: error });
    case 'invalid_argument':
    case 'failed_precondition':
    case 'resume_token_expired': {
      const details = error.violations.map(({ field, description }) => `\n  ${field}: ${description}`);
      return new CliError(ExitCode.usage, error.message + details.join(''), { cause: error });
    }
    case 'cancelled':
      return new CliError(ExitCode.interrupted, error.message, { cause: error });
    case 'deadline_exceeded':
    case 'overloaded':
    case 'unavailable':
    case 'internal': {
      const hint = error.retryable ? '; it is safe to try again' : '';
      return new CliError(ExitCode.unavailable, error.message + hint, { cause: error });
    }
  }
}
