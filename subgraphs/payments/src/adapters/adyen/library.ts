import { createRequire } from 'node:module';
import type adyen from '@adyen/api-library';
import type { ModificationsApi as Modifications } from '@adyen/api-library/lib/src/services/checkout/modificationsApi.js';
import type { PaymentsApi as Payments } from '@adyen/api-library/lib/src/services/checkout/paymentsApi.js';

/**
 * What is used of the official library, each part from its own file: the whole brings the types of all of Adyen's APIs with
 * it, seconds and 30 MB of them.
 */
const require = createRequire(import.meta.url);
const part = (path: string) => require(`@adyen/api-library/lib/src/${path}.js`);

export const Client: typeof adyen.Client = part('client').default;
export const Config: typeof adyen.Config = part('config').default;
export const HmacValidator: typeof adyen.hmacValidator = part('utils/hmacValidator').default;
export const PaymentsApi: typeof Payments = part('services/checkout/paymentsApi').PaymentsApi;
export const ModificationsApi: typeof Modifications = part('services/checkout/modificationsApi').ModificationsApi;
export const EnvironmentEnum: typeof adyen.EnvironmentEnum = part('config').EnvironmentEnum;
