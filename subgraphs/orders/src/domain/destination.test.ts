import { describe, expect, it } from 'vitest';
import { addressRefusal, regionProblem, toDestination } from './destination.ts';

describe('a destination', () => {
  it.each(['CA', 'ca', ' us-ca ', 'US-CA'])('in California is read from "%s"', (region) => {
    expect(toDestination({ countryCode: 'US', region, postalCode: ' 94103 ' })).toEqual({
      countryCode: 'US',
      region: 'CA',
      postalCode: '94103',
    });
  });

  it('in the United States needs its state before an order, as a code', () => {
    expect(regionProblem(toDestination({ countryCode: 'US' }), false)).toBeNull();
    expect(regionProblem(toDestination({ countryCode: 'US' }), true)).toContain('CA for California');
    expect(regionProblem(toDestination({ countryCode: 'US', region: 'California' }), false)).toContain('two-letter');
  });

  it('in Germany needs no state', () => {
    expect(addressRefusal(toDestination({ countryCode: 'DE' }), true)).toBeNull();
  });

  it('can be missing only when nothing is shipped', () => {
    expect(addressRefusal(null, false)).toBeNull();
    expect(addressRefusal(null, true)?.kind).toBe('InvalidAddress');
  });
});
