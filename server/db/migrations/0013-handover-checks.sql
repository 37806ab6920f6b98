-- What is compared before an order is handed over: a site's rule, and what an order itself asks for.
ALTER TABLE sites ADD COLUMN handover_check text NOT NULL DEFAULT 'static-codes'
  CHECK (handover_check IN ('static-codes', 'orders-without-jack', 'every-order'));
-- The jack signed while the order was made: the driver sat in this car.
ALTER TABLE preorders ADD COLUMN beside_jack boolean NOT NULL DEFAULT false;
