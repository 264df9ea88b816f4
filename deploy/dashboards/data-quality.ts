/** What comes in, what is made of it, and what stewards should look at. */
import { type DashboardSpec, graph, perSecond, series, shown, stat } from './panel-spec.ts';

function share(part: string, whole: string): string {
  return `sum(${part}) / (sum(${whole}) > 0)`;
}

const INPUT = {
  title: 'What comes in',
  panels: [
    graph(
      'Interactions',
      'ops',
      'Interactions a second by what became of them. Rejected ones miss a field or are malformed.',
      [shown(`sum by (outcome) (${perSecond('selfsame_ingest_events_total')})`, '{{outcome}}')],
      { isStacked: true },
    ),
    graph(
      'Rejected',
      'percentunit',
      'Share of the interactions that are not acceptable. Above 5 % an alert fires.',
      [
        shown(
          share(
            perSecond('selfsame_ingest_events_total', 'outcome="rejected"'),
            perSecond('selfsame_ingest_events_total'),
          ),
          'rejected',
        ),
      ],
      { red: 0.05, max: 1 },
    ),
    graph(
      'Values dropped',
      'ops',
      'Values of interactions that were not used: blocked, junk, not readable. The interaction is kept.',
      [shown(`sum(${perSecond('selfsame_ingest_dropped_values_total')})`, 'dropped')],
    ),
    graph(
      'Repeats',
      'percentunit',
      'Share of what arrives that was there already. Some is normal: senders repeat what was not acknowledged.',
      [
        shown(
          share(
            perSecond('selfsame_interactions_duplicate_total'),
            `${perSecond('selfsame_interactions_applied_total')} + ${perSecond('selfsame_interactions_duplicate_total')}`,
          ),
          'repeats',
        ),
      ],
      { max: 1 },
    ),
  ],
};

const RESOLUTION = {
  title: 'What is made of it',
  panels: [
    graph(
      'Joins and splits',
      'ops',
      'Components joined and parts split off a second. Splits follow retractions and decisions.',
      [
        shown(`sum(${perSecond('selfsame_merges_total')})`, 'joins'),
        shown(`sum(${perSecond('selfsame_splits_total')})`, 'splits'),
      ],
    ),
    graph(
      'Joins for each interaction',
      'short',
      'How many joins an interaction brings about. A jump tells of a value that glues strangers together, or of a new source.',
      [
        shown(
          share(
            perSecond('selfsame_merges_total'),
            perSecond('selfsame_interactions_applied_total'),
          ),
          'joins',
        ),
      ],
    ),
    graph('Observations', 'ops', 'Observations attached to profiles and taken back, a second.', [
      shown(`sum(${perSecond('selfsame_observations_added_total')})`, 'added'),
      shown(`sum(${perSecond('selfsame_observations_removed_total')})`, 'taken back'),
    ]),
    graph(
      'Clusterings',
      'ops',
      'Clusterings of a component a second: the most expensive thing that an interaction can cause.',
      [shown(`sum(${perSecond('selfsame_reclusterings_total')})`, 'clusterings')],
    ),
  ],
};

const ANSWERS = {
  title: 'What look-ups find',
  panels: [
    graph(
      'Look-ups',
      'ops',
      'Identifiers looked up a second, by what the answer was. Ambiguous: several customers have it.',
      [shown(`sum by (outcome) (${perSecond('selfsame_resolutions_total')})`, '{{outcome}}')],
      { isStacked: true },
    ),
    graph(
      'Found',
      'percentunit',
      'Share of the identifiers looked up that name exactly one customer.',
      [
        shown(
          share(
            perSecond('selfsame_resolutions_total', 'outcome="found"'),
            perSecond('selfsame_resolutions_total'),
          ),
          'found',
        ),
      ],
      { max: 1 },
    ),
  ],
};

const ATTENTION = {
  title: 'What stewards should look at',
  panels: [
    stat(
      'Values gone generic, 24 h',
      'none',
      'Values that came to be held by too many profiles or persons, and now count for nothing.',
      shown(`sum(increase(${series('selfsame_generic_values_total')}[24h]))`, 'values'),
      { width: 6 },
    ),
    stat(
      'Storms held, 24 h',
      'none',
      'Values and deliveries that the merge-storm breaker held. `selfsame hold list` shows them.',
      shown(`sum(increase(${series('selfsame_storms_held_total')}[24h]))`, 'held'),
      { width: 6, red: 1 },
    ),
    stat(
      'Joins held by size, 24 h',
      'none',
      'Joins that wait because a component is as large as one may be.',
      shown(`sum(increase(${series('selfsame_joins_held_total')}[24h]))`, 'held'),
      { width: 6, red: 1 },
    ),
    stat(
      'In quarantine',
      'none',
      'Messages that could not be handled and were set aside, ever.',
      shown(`sum(${series('selfsame_quarantined_messages')})`, 'messages'),
      { width: 6, red: 1 },
    ),
  ],
};

export const DATA_QUALITY: DashboardSpec = {
  uid: 'selfsame-data-quality',
  title: 'Selfsame: data quality',
  description: 'For those who know the data: what comes in, what is made of it, what to look at.',
  rows: [INPUT, RESOLUTION, ANSWERS, ATTENTION],
};
