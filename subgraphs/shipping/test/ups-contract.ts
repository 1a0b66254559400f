import { type Contract, readContract } from '@cartograph/contract-server/contract';
import { readContractFile } from '@cartograph/contract-server/contracts-folder';
import { isObject, type Json, type JsonObject, pointedTo } from '@cartograph/contract-server/json-schema';

const SCHEMAS = '#/components/schemas';

/** The official files, under one server: the paths of all but the token's begin with `/api`. */
export const readUpsContracts = (): readonly Contract[] =>
  ['Rating', 'Shipping', 'TimeInTransit', 'Tracking', 'OAuthClientCredentials'].map((name) =>
    readContract(readContractFile(`ups/${name}.json`), (document) => {
      MENDS[name]?.(document);
      if (name !== 'OAuthClientCredentials') document.paths = underApi(document.paths as JsonObject);
    }),
  );

const underApi = (paths: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(paths).map(([path, item]) => [`/api${path}`, item]));

const change = (document: JsonObject, pointer: string, changes: Readonly<Record<string, Json>>): void => {
  const schema = pointedTo(document, `${SCHEMAS}/${pointer}`);
  if (!isObject(schema)) throw new Error(`the contract has no schema ${pointer}`);
  Object.assign(schema, changes);
};

function dropMaximum(value: Json): void {
  if (Array.isArray(value)) for (const item of value) dropMaximum(item);
  if (!isObject(value)) return;
  if (value.maximum === 1) delete value.maximum;
  for (const part of Object.values(value)) dropMaximum(part);
}

/** Where a file contradicts what it says itself in words or in its examples. */
const MENDS: Readonly<Record<string, (document: JsonObject) => void>> = {
  Shipping(document) {
    // Only shipments of Roadie need both; its own example has neither.
    change(document, 'LabelRecoveryRequest', { required: ['Request'] });
    // "Valid values are: GIF, PDF, …", of at least four characters.
    change(document, 'LabelRecovery_LabelSpecification_LabelImageFormat/properties/Code', { minLength: 3 });
    change(document, 'LabelImage_LabelImageFormat/properties/Code', { minLength: 3 });
  },
  TimeInTransit(document) {
    // "Valid domestic service codes: 1DMS, … GND", of two characters.
    change(document, 'services/properties/serviceLevel', { maxLength: 4 });
    // Its `maximum: 1` counts how often a field may be there; of a number it would be the heaviest parcel.
    dropMaximum(document);
  },
};
