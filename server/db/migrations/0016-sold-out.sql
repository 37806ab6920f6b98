-- What a site has run out of, until when: the end of its business day. Past moments mean nothing and are left.
ALTER TABLE menu_items ADD COLUMN sold_out_until_ms bigint;
