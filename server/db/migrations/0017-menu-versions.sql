-- A site may number its menus by the moment in milliseconds.
ALTER TABLE sites ALTER COLUMN menu_version TYPE bigint;
