-- Which item of the menu a line of an order is: what has run out since may stay in an order that is changed.
-- Null in orders that were made before.
ALTER TABLE preorder_items ADD COLUMN menu_item_id uuid;
