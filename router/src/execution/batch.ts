import type { Represent } from './representations.ts';
import type { Json } from './walk.ts';

/** The entities of one fetch: each that is the same to the subgraph once, with every place its answer goes to. */
export class Batch {
  readonly texts: string[] = [];
  /** By representation. The first of each is compared with those that come. */
  readonly targets: Json[][] = [];
  readonly #represent: Represent;
  readonly #byHint = new Map<unknown, number>();
  /** Only made where entities with one hint differ. */
  #byText: Map<string, number> | undefined;

  constructor(represent: Represent) {
    this.#represent = represent;
  }

  /** Adds an entity, unless it lacks what the subgraph needs of it. */
  readonly add = (entity: Json): void => {
    const hint = this.#represent.hint(entity);
    const likely = this.#byHint.get(hint);
    if (likely === undefined) {
      const text = this.#represent.text(entity);
      if (text === undefined) return;
      this.#byHint.set(hint, this.targets.length);
      this.#byText?.set(text, this.targets.length);
      this.texts.push(text);
      this.targets.push([entity]);
      return;
    }
    const targets = this.targets[likely] as Json[];
    // An object that was merged in before stands in several places, and is filled once.
    if (targets[0] === entity) return;
    if (this.#represent.same(targets[0] as Json, entity)) targets.push(entity);
    else this.#addByText(entity);
  };

  #addByText(entity: Json): void {
    const text = this.#represent.text(entity);
    if (text === undefined) return;
    this.#byText ??= new Map(this.texts.map((one, index) => [one, index]));
    const known = this.#byText.get(text);
    if (known !== undefined) {
      this.targets[known]?.push(entity);
      return;
    }
    this.#byText.set(text, this.targets.length);
    this.texts.push(text);
    this.targets.push([entity]);
  }
}
