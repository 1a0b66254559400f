/** A cost as far as it is known before the variables are: a number, or the place where the program computes it. */
export type Term = number | { readonly slot: number };

export type Variables = Readonly<Record<string, unknown>>;
type Step = (variables: Variables, values: Float64Array) => number;

/** Where counting ends: far over every budget, and far below where numbers lose their ones. */
export const MOST = 1e12;

const capped = (value: number): number => (value < MOST ? (value > -MOST ? value : -MOST) : MOST);

/**
 * Adds and multiplies terms. What is constant is computed at once; the rest becomes a list of steps, each run once per
 * request, however often a fragment repeats it.
 */
export class CostProgram {
  private readonly steps: Step[] = [];
  private readonly shared = new Map<string, Term>();

  sum(terms: readonly Term[]): Term {
    let constant = 0;
    const slots: number[] = [];
    for (const term of terms) {
      if (typeof term === 'number') constant += term;
      else slots.push(term.slot);
    }
    constant = capped(constant);
    if (slots.length === 0) return constant;
    const [only] = slots;
    if (slots.length === 1 && constant === 0 && only !== undefined) return { slot: only };
    return this.step((_, values) => {
      let sum = constant;
      for (const slot of slots) sum += values[slot] ?? 0;
      return capped(sum);
    });
  }

  times(a: Term, b: Term): Term {
    if (typeof a === 'number' && typeof b === 'number') return capped(a * b);
    if (a === 0 || b === 0) return 0;
    if (a === 1) return b;
    if (b === 1) return a;
    if (typeof a === 'number') return this.times(b, a);
    const { slot } = a;
    if (typeof b === 'number') return this.step((_, values) => capped((values[slot] ?? 0) * b));
    return this.step((_, values) => capped((values[slot] ?? 0) * (values[b.slot] ?? 0)));
  }

  max(terms: readonly Term[]): Term {
    const [first = 0, ...rest] = terms;
    return rest.reduce((a, b) => this.larger(a, b), first);
  }

  /** Costs never go below nothing, whatever weights a schema gives. */
  atLeastZero(term: Term): Term {
    return typeof term === 'number' ? Math.max(0, term) : this.larger(term, 0);
  }

  /** What only the variables can tell. What has the same `key` is computed once. */
  fromVariables(compute: (variables: Variables) => number, key?: string): Term {
    const known = key === undefined ? undefined : this.shared.get(key);
    if (known !== undefined) return known;
    const term = this.step((variables) => capped(compute(variables)));
    if (key !== undefined) this.shared.set(key, term);
    return term;
  }

  /** The finished program, whose answer is `result`. */
  compile(result: Term): (variables: Variables) => number {
    if (typeof result === 'number') return () => result;
    const { steps } = this;
    const values = new Float64Array(steps.length);
    return (variables) => {
      for (let index = 0; index < steps.length; index += 1) values[index] = (steps[index] as Step)(variables, values);
      return values[result.slot] ?? 0;
    };
  }

  private larger(a: Term, b: Term): Term {
    if (typeof a === 'number' && typeof b === 'number') return Math.max(a, b);
    if (typeof a === 'number') return this.larger(b, a);
    const { slot } = a;
    if (typeof b === 'number') return this.step((_, values) => Math.max(values[slot] ?? 0, b));
    return this.step((_, values) => Math.max(values[slot] ?? 0, values[b.slot] ?? 0));
  }

  private step(step: Step): Term {
    this.steps.push(step);
    return { slot: this.steps.length - 1 };
  }
}
