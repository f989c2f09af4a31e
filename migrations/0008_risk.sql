-- What an approach may come to, beside the columns that were there and empty.

ALTER TABLE conjunction ADD COLUMN pc_max_scale REAL;
ALTER TABLE conjunction ADD COLUMN hbr_m REAL;
ALTER TABLE conjunction ADD COLUMN hbr_source TEXT;
ALTER TABLE conjunction ADD COLUMN is_curved INTEGER CHECK (is_curved IN (0, 1));
ALTER TABLE conjunction ADD COLUMN verdict TEXT;
ALTER TABLE conjunction_history ADD COLUMN verdict TEXT;
