-- What the driver's phone says of the way; null when nothing was said, and again as soon as the order is no longer open.
ALTER TABLE preorders ADD COLUMN on_the_way jsonb;
