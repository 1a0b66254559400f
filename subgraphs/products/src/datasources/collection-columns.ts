/** All columns of a collection, named as in `domain/collection.ts`. */
export const COLLECTION_COLUMNS = `c.id, c.handle, c.parent_id AS "parentId", c.position, c.title,
  c.description_html AS "descriptionHtml", c.description, c.seo_title AS "seoTitle", c.seo_description AS "seoDescription",
  c.image_url AS "imageUrl", c.image_alt AS "imageAlt", c.version, c.created_at AS "createdAt", c.updated_at AS "updatedAt"`;
