-- A cart whose scale has spoken once has one: its user pays only what was weighed.
ALTER TABLE carts ADD COLUMN has_scale boolean NOT NULL DEFAULT false;
