import { createMinorUnits } from '../minor-units.ts';

/** Where Adyen counts other digits than ISO 4217. */
export const adyenUnits = createMinorUnits({ CLP: 2, CVE: 0, IDR: 0, ISK: 2 });
