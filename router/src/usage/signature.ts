import { type DocumentNode, Kind, print, stripIgnoredCharacters, visit } from 'graphql';

const HIDDEN = {
  [Kind.STRING]: { kind: Kind.STRING, value: '' },
  [Kind.INT]: { kind: Kind.INT, value: '0' },
  [Kind.FLOAT]: { kind: Kind.FLOAT, value: '0' },
} as const;

/**
 * The operation without what a caller put into it: strings become "", numbers 0. What is left is the shape alone, and
 * is still a valid operation, so that a schema check can hold it against the next schema.
 */
export const operationSignature = (document: DocumentNode): string =>
  stripIgnoredCharacters(
    print(
      visit(document, {
        StringValue: () => HIDDEN[Kind.STRING],
        IntValue: () => HIDDEN[Kind.INT],
        FloatValue: () => HIDDEN[Kind.FLOAT],
      }),
    ),
  );
