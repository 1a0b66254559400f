import type { Page, PageRequest } from '@cartograph/kernel/page';
import type { Viewer } from '@cartograph/kernel/viewer';
import type { CatalogueOutline, CatalogueProduct } from './domain/catalogue-product.ts';
import type { Collection } from './domain/collection.ts';
import type { CollectionChange, CollectionWriteOutcome, NewCollection } from './domain/collection-draft.ts';
import type { FacetCount } from './domain/facet.ts';
import type { Market, Price, PriceList } from './domain/price.ts';
import type { PriceChange } from './domain/price-change.ts';
import type { Attribute, Image, Parcel, Product, ProductOption } from './domain/product.ts';
import type { ProductDraft, ProductWriteOutcome, UpsertReport } from './domain/product-draft.ts';
import type { ProductQuery } from './domain/product-query.ts';
import type { QueryWord } from './domain/search-terms.ts';
import type {
  AdjustAnswer,
  CommandAnswer,
  Delivery,
  HoldAnswer,
  StaffCommand,
  StockAdjustment,
  StockAllocation,
  StockCount,
  StockLevel,
  StockLine,
  StockMovement,
  VariantInventory,
} from './domain/stock.ts';
import type { Translation } from './domain/translation.ts';
import type { CheckoutVariant, Variant } from './domain/variant.ts';
import type { NewWarehouse, Warehouse, WarehouseChanges } from './domain/warehouse.ts';
import type { OfferPushes, SalesChannel } from './ports/sales-channel.ts';
import type { StockPushes, WarehouseSystem } from './ports/warehouse-system.ts';

/** A row of a list with its position in the list's order. */
export interface Listed<T> {
  readonly row: T;
  readonly sortValues: readonly (string | number)[];
}

/** A page of something that belongs to one parent, for many parents in one read. */
export interface ChildPageRequest extends PageRequest {
  readonly parentId: string;
}

/** Products as the viewer sees them: those for sale, for staff and services all. */
export interface ProductStore {
  findByIds(viewer: Viewer, ids: readonly string[]): Promise<readonly Product[]>;
  findByHandles(viewer: Viewer, handles: readonly string[]): Promise<readonly Product[]>;
  page(viewer: Viewer, query: ProductQuery, page: PageRequest): Promise<Page<Listed<Product>>>;
  /** Counts of everything that the found products could be narrowed by, in one read. */
  facets(viewer: Viewer, query: ProductQuery): Promise<readonly FacetCount[]>;
  count(viewer: Viewer, query: ProductQuery): Promise<number>;
  /** Cuts a query into words as the index does, and says which ones it knows. */
  queryWords(text: string): Promise<readonly QueryWord[]>;
}

/** What belongs to products that were read before. One answer per id, in the order of the ids. */
export interface ProductDetails {
  options(productIds: readonly string[]): Promise<readonly (readonly ProductOption[])[]>;
  /** The first `limit` images of each. */
  images(productIds: readonly string[], limit: number): Promise<readonly (readonly Image[])[]>;
  attributes(productIds: readonly string[]): Promise<readonly (readonly Attribute[])[]>;
  translations(productIds: readonly string[]): Promise<readonly (readonly Translation[])[]>;
  parcels(productIds: readonly string[]): Promise<readonly Parcel[]>;
  available(productIds: readonly string[]): Promise<readonly boolean[]>;
}

/** Variants as the viewer sees them: those of products for sale, for staff and services all. */
export interface VariantStore {
  findByIds(viewer: Viewer, ids: readonly string[]): Promise<readonly Variant[]>;
  findWithProducts(
    viewer: Viewer,
    ids: readonly string[],
  ): Promise<readonly { readonly variant: Variant; readonly product: Product }[]>;
  findBySkus(viewer: Viewer, skus: readonly string[]): Promise<readonly Variant[]>;
  /** One page of the variants of a product that was read before per request, in one read. Sorted by position. */
  pages(requests: readonly ChildPageRequest[]): Promise<readonly Page<Variant>[]>;
  /** The picture of each: its own, otherwise the product's first. */
  images(variantIds: readonly string[]): Promise<readonly (Image | null)[]>;
  /** For services: those that are not for sale, too. One read. */
  checkout(ids: readonly string[], market: Market): Promise<readonly CheckoutVariant[]>;
  checkoutBySku(skus: readonly string[], market: Market): Promise<readonly CheckoutVariant[]>;
}

export interface PriceStore {
  /** All prices of each variant, in every currency: a handful. */
  byVariant(variantIds: readonly string[]): Promise<readonly (readonly Price[])[]>;
  rangesByProduct(productIds: readonly string[]): Promise<readonly (readonly PriceSpan[])[]>;
  lists(): Promise<readonly PriceList[]>;
  /** All or none; gives the ids of variants that do not exist, when nothing was written. */
  set(changes: readonly PriceChange[]): Promise<readonly string[]>;
}

/** The lowest and the highest price in one price list. */
export interface PriceSpan extends PriceList {
  readonly minMinor: number;
  readonly maxMinor: number;
}

export interface CollectionStore {
  findByIds(ids: readonly string[]): Promise<readonly Collection[]>;
  findByHandles(handles: readonly string[]): Promise<readonly Collection[]>;
  /** The top of the tree. Sorted by position and id, as are children. */
  top(page: PageRequest): Promise<Page<Collection>>;
  children(requests: readonly ChildPageRequest[]): Promise<readonly Page<Collection>[]>;
  /** From the top down, without the collection itself. */
  ancestors(ids: readonly string[]): Promise<readonly (readonly Collection[])[]>;
  translations(ids: readonly string[]): Promise<readonly (readonly Translation[])[]>;
  /** The collections that a product was put into, by id. */
  ofProducts(requests: readonly ChildPageRequest[]): Promise<readonly Page<Collection>[]>;
  products(viewer: Viewer, requests: readonly ChildPageRequest[]): Promise<readonly Page<Listed<Product>>[]>;
  create(collection: NewCollection): Promise<CollectionWriteOutcome>;
  /** Null when there is none of that id. Throws CONFLICT when the version is another. */
  update(change: CollectionChange): Promise<CollectionWriteOutcome | null>;
}

/** Writes products. Every method is one transaction with a number of statements that does not grow with its input. */
export interface ProductWriter {
  create(draft: ProductDraft): Promise<ProductWriteOutcome>;
  /** Null when there is none of that id. Throws CONFLICT when the version is another. */
  update(id: string, version: number, draft: Partial<ProductDraft>): Promise<ProductWriteOutcome | null>;
  /** False when there is none of that id. */
  archive(id: string): Promise<boolean>;
  /** By handle and SKU: what is there keeps its ids. A product whose SKU is another's is left out and reported. */
  upsert(drafts: readonly ProductDraft[]): Promise<UpsertReport>;
}

// Inventory.

/** What orders do to stock. Every call is safe to repeat, and each is one statement. */
export interface StockHolds {
  /** All lines or none, for so many seconds from now. Repeating it extends the hold. */
  hold(orderId: string, lines: readonly StockLine[], seconds: number): Promise<HoldAnswer>;
  /** Where the goods come from. Null: there is nothing to sell, and what had expired cannot be held again. */
  commit(orderId: string): Promise<readonly StockAllocation[] | null>;
  /** For good, also for a hold that comes later. False: it is sold already. */
  release(orderId: string): Promise<boolean>;
  /** `REFUSED`: the order never took that much. */
  restock(orderId: string, lines: readonly StockLine[], key: string): Promise<'DONE' | 'REFUSED' | 'KEY_REUSED'>;
  /** Gives back at most so many holds whose time is over; says how many. */
  expire(limit: number): Promise<number>;
}

export interface StockStore {
  /** Unknown variants are left out. */
  inventoryOf(variantIds: readonly string[]): Promise<readonly VariantInventory[]>;
  /** By the warehouses' priority, of one warehouse or all. Nothing for viewers who are not staff or service. */
  levelsOf(viewer: Viewer, variantIds: readonly string[], warehouseId?: string): Promise<readonly StockLevel[]>;
  /** Newest first. Nothing for viewers who are not staff or service. */
  movementsOf(viewer: Viewer, variantId: string, page: PageRequest): Promise<Page<StockMovement>>;
  adjust(command: StaffCommand, adjustment: StockAdjustment): Promise<AdjustAnswer>;
  /** All lines or none. */
  receive(command: StaffCommand, delivery: Delivery): Promise<CommandAnswer>;
  /**
   * Brings many levels to a count; safe to repeat, and unknown variants are passed over. Answers the lines left alone,
   * because orders hold more than the count.
   */
  setCounts(
    warehouseId: string,
    counts: readonly StockCount[],
    why: { readonly reason: string; readonly actor: string },
  ): Promise<readonly { readonly variantId: string; readonly onHand: number; readonly held: number }[]>;
}

export interface WarehouseStore {
  findByIds(ids: readonly string[]): Promise<readonly Warehouse[]>;
  /** In the order in which they are asked. Nothing for viewers who are not staff or service. */
  list(viewer: Viewer, page: PageRequest): Promise<Page<Warehouse>>;
  create(
    command: StaffCommand,
    warehouse: NewWarehouse,
  ): Promise<{ readonly warehouse: Warehouse; readonly replayed: boolean } | 'KEY_REUSED'>;
  /** Null: there is none of that id. */
  update(id: string, changes: WarehouseChanges): Promise<Warehouse | null>;
}

/** Everything products needs from outside. */
export interface Ports {
  readonly catalogue: CatalogueRows;
  readonly products: ProductStore;
  readonly productDetails: ProductDetails;
  readonly productWriter: ProductWriter;
  readonly variants: VariantStore;
  readonly prices: PriceStore;
  readonly collections: CollectionStore;
  readonly stock: StockStore;
  readonly holds: StockHolds;
  readonly warehouses: WarehouseStore;
  readonly pushes: StockPushes;
  /** Those that show our stock; none in most shops. */
  readonly systems: readonly WarehouseSystem[];
  readonly offers: OfferPushes;
  /** Those that sell what we have; none in most shops. */
  readonly channels: readonly SalesChannel[];
}

// Import and export of files.

/** The catalogue as a file sees it: drafts and archived products too. */
export interface CatalogueRows {
  /** By handle. `after` is the last handle of the page before. */
  page(after: string | null, limit: number): Promise<readonly CatalogueProduct[]>;
  findByHandles(handles: readonly string[]): Promise<readonly CatalogueProduct[]>;
  outline(): Promise<CatalogueOutline>;
  /** Of SKUs, those that belong to another product than the one they are wanted for. */
  takenSkus(
    wanted: readonly { readonly sku: string; readonly handle: string }[],
  ): Promise<readonly { readonly sku: string; readonly handle: string; readonly takenBy: string }[]>;
  /** Opens collections by handle; those that are there stay as they are. */
  openCollections(collections: readonly { readonly handle: string; readonly title: string }[]): Promise<void>;
}

/** What one import has seen of its file, kept in the database so that the process stays small. */
export interface ImportRun {
  /** Notes a handle or SKU with where it is first. */
  note(keys: readonly ImportKey[]): Promise<void>;
  /** Of these, the ones that the file has in more than one place. */
  repeated(keys: readonly ImportKey[]): Promise<readonly RepeatedKey[]>;
  end(): Promise<void>;
}

export interface ImportKey {
  readonly kind: 'HANDLE' | 'SKU';
  readonly key: string;
  readonly line: number;
}

export interface RepeatedKey extends ImportKey {
  readonly firstLine: number;
  readonly lastLine: number;
}

export interface ImportPorts extends Ports {
  beginImport(): Promise<ImportRun>;
}

/** The demo is loaded once, by one process, into a shop that has nothing. */
export interface DemoStore {
  /** Whether there is something to load; also when a process was stopped in the middle of it. */
  isWanted(): Promise<boolean>;
  /** Runs alone. */
  once(load: () => Promise<void>): Promise<boolean>;
}
