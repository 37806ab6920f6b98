-- Nobody asks by what is in these, and they are long: statistics of them cost more than those of all other columns.
ALTER TABLE events ALTER COLUMN payload SET STATISTICS 0;
ALTER TABLE idempotency_keys ALTER COLUMN answer SET STATISTICS 0;
ALTER TABLE idempotency_keys ALTER COLUMN resume SET STATISTICS 0;
