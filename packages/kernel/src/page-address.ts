/** The address of a page below a site's own, whether or not that ends with a slash: nothing of its path is lost. */
export const pageAddress = (site: string, page: string): URL => new URL(page, site.endsWith('/') ? site : `${site}/`);
