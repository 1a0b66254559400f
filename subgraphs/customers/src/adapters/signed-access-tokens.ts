import { createTokenIssuer, type TokenKeys } from '@cartograph/runtime/access-token';
import { newId } from '@cartograph/runtime/ids';
import type { AccessTokens, TokenLifetimes } from '../ports.ts';

export function createAccessTokens(issuer: string, keys: TokenKeys, lifetimes: TokenLifetimes): AccessTokens {
  const issue = createTokenIssuer(issuer, keys);
  return {
    ...lifetimes,
    issue: (viewer, lifetimeSeconds) => issue(viewer, { lifetimeSeconds, tokenId: newId('Token') }),
  };
}
