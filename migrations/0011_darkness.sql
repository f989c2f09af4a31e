-- Whether the Sun is below the place's horizon at some time of an overflight, as `daylight` says that it is above it at
-- some time: both where it rises or sets in between. NULL where an older version stored the row, whose `daylight` is that
-- of the middle.
ALTER TABLE overflight ADD COLUMN darkness INTEGER CHECK (darkness IN (0, 1));
