/** 1: paid before the hand-over, as a cart: its money is the cart's. What was handed over so far, the journal knows. */
export const paidAsCart = `
ALTER TABLE pickups ADD COLUMN paid_as_cart INTEGER NOT NULL DEFAULT 0;
UPDATE pickups SET paid_as_cart = 1 WHERE preorder_id IN (
  SELECT details ->> 'preorderId' FROM journal WHERE kind = 'handed-over' AND details ->> 'alreadyPaid' IS NOT NULL
);
`;
