/** The truth set of Senzing: persons and organisations, adversarial, in features of many types. */
import { objects, pick, type QualityRecord, type Row, rows } from './quality-record.ts';

const FOLDER = 'senzing-truth-set';

interface TruthRecord {
  readonly DATA_SOURCE: string;
  readonly RECORD_ID: string;
  readonly FEATURES: readonly Row[];
}

const ATTRIBUTES = {
  given_name: 'NAME_FIRST',
  middle_name: 'NAME_MIDDLE',
  surname: 'NAME_LAST',
  name: 'NAME_FULL',
  organisation_name: 'NAME_ORG',
  birth_date: 'DATE_OF_BIRTH',
  gender: 'GENDER',
  place: 'ADDR_CITY',
  region: 'ADDR_STATE',
  postcode: 'ADDR_POSTAL_CODE',
  country: 'ADDR_COUNTRY',
  employer: 'EMPLOYER',
};
const IDENTIFIERS = {
  phone: 'PHONE_NUMBER',
  email: 'EMAIL_ADDRESS',
  passport: 'PASSPORT_NUMBER',
  driver_licence: 'DRIVERS_LICENSE_NUMBER',
  tax_id: 'TAX_ID_NUMBER',
};

export function truthSet(): QualityRecord[] {
  const truth = new Map(
    rows(`${FOLDER}/actual_truthset_key.csv`).map((row) => [
      `${row['DATA_SOURCE']}:${row['RECORD_ID']}`,
      row['CLUSTER_ID'] as string,
    ]),
  );
  return ['customers', 'reference', 'watchlist'].flatMap((file) =>
    (objects(`${FOLDER}/${file}.jsonl`) as TruthRecord[]).map((record) => {
      const id = `${record.DATA_SOURCE}:${record.RECORD_ID}`;
      return { id, truth: truth.get(id) ?? id, ...partOf(record) };
    }),
  );
}

function partOf({ FEATURES }: TruthRecord): Pick<QualityRecord, 'attributes' | 'identifiers'> {
  const attributes: Record<string, string> = {};
  const identifiers: { namespace: string; value: string }[] = [];
  const add = (namespace: string, value: string | undefined): void => {
    if (value !== undefined) identifiers.push({ namespace, value });
  };
  for (const feature of FEATURES) {
    const isAlias = feature['NAME_TYPE'] === 'AKA';
    Object.assign(
      attributes,
      isAlias ? pick(feature, { organisation_alias: 'NAME_ORG' }) : pick(feature, ATTRIBUTES),
    );
    const line = feature['ADDR_FULL'] ?? feature['ADDR_LINE1'];
    if (line !== undefined) attributes['address'] = line;
    for (const [namespace, field] of Object.entries(IDENTIFIERS)) add(namespace, feature[field]);
    add('national_id', feature['SSN_NUMBER'] ?? feature['NATIONAL_ID_NUMBER']);
  }
  return { attributes, identifiers };
}
