import { pageAddress } from '@cartograph/kernel/page-address';

/** Gives the address of a page of the shop that shows one thing: `https://shop.example/cart?id=Cart:…`. */
export type ShopLink = (page: 'cart' | 'pay', id: string) => string;

export const createShopLink =
  (storefrontUrl: string): ShopLink =>
  (page, id) => {
    const url = pageAddress(storefrontUrl, page);
    url.searchParams.set('id', id);
    return url.href;
  };
