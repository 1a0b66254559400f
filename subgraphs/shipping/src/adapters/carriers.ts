import type { Carrier, Purchases } from '../ports.ts';
import { createEasyPost, type EasyPostOptions } from './easypost/carrier.ts';
import { createSandboxCarrier, type SandboxCarrierOptions } from './sandbox-carrier.ts';
import { createUps, type UpsOptions } from './ups/carrier.ts';

export type OpenCarrier = Carrier & { close(): Promise<void> };

/** What each carrier that is on has to know. */
export interface CarrierOptions {
  readonly sandbox?: SandboxCarrierOptions;
  readonly easypost?: EasyPostOptions;
  readonly ups?: UpsOptions;
}

/** A carrier is a line here and a folder beside it. */
const OPENERS: { readonly [Name in keyof CarrierOptions]-?: Opener<NonNullable<CarrierOptions[Name]>> } = {
  sandbox: createSandboxCarrier,
  easypost: createEasyPost,
  ups: createUps,
};

type Opener<Options> = (options: Options, purchases: Purchases) => OpenCarrier;

/** The carriers that are on, by the names that methods carry: the setting's in capitals. */
export function openCarriers(options: CarrierOptions, purchases: Purchases): ReadonlyMap<string, OpenCarrier> {
  const names = Object.keys(OPENERS) as (keyof CarrierOptions)[];
  return new Map(
    names.flatMap((name) => {
      const given = options[name];
      return given ? [[name.toUpperCase(), (OPENERS[name] as Opener<typeof given>)(given, purchases)]] : [];
    }),
  );
}
