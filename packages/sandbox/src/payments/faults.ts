export type SandboxOperation = 'authorize' | 'find' | 'capture' | 'void' | 'refund';

/** What a test makes go wrong. `before` and `after` say on which side of the effect. */
export type Fault =
  | { readonly at: 'before' | 'after'; readonly kind: 'error' | 'hang' }
  | { readonly at: 'before' | 'after'; readonly kind: 'delay'; readonly ms: number };

/** Asked for each call; only tests give one. */
export type Faults = (call: { readonly operation: SandboxOperation; readonly reference: string }) => Fault | undefined;
