/** Opaque page tokens: a place in a list as JSON, in base64url. */
import { ClusterError } from '../protocol/cluster.ts';
import { type PageOptions, STEWARD_PAGE_MAX } from '../protocol/stewardship.ts';

const PAGE_DEFAULT = 100;

/** A key, and what orders within it. */
export type PagePlace = readonly [after: string, value?: number, key?: string];

export function pageSizeOf({ pageSize }: PageOptions): number {
  if (pageSize === undefined) return PAGE_DEFAULT;
  if (Number.isInteger(pageSize) && pageSize >= 1 && pageSize <= STEWARD_PAGE_MAX) return pageSize;
  throw invalidPage('page_size', `must be 1 to ${STEWARD_PAGE_MAX}`);
}

export function pageToken(place: PagePlace): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** The place that a token names; null without a token. Throws `invalid_argument` on others. */
export function pagePlace(token: string | null | undefined): PagePlace | null {
  if (token === null || token === undefined || token === '') return null;
  try {
    const place: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (isPlace(place)) return place;
  } catch {
    // Not JSON: as wrong as any other text.
  }
  throw invalidPage('page_token', 'is not one that this list issued');
}

function isPlace(place: unknown): place is PagePlace {
  if (!Array.isArray(place) || (place.length !== 1 && place.length !== 3)) return false;
  const parts: readonly unknown[] = place;
  const [after, value = 0, key = ''] = parts;
  return typeof after === 'string' && typeof value === 'number' && typeof key === 'string';
}

function invalidPage(field: string, description: string): ClusterError {
  return new ClusterError('invalid_argument', `${field} ${description}`, {
    violations: [{ field, description }],
  });
}
