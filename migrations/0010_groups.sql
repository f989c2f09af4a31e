-- Which objects a group of CelesTrak held when it was downloaded last, and what the catalogue says of sizes in classes.

CREATE TABLE feed_group (
    name       TEXT NOT NULL,
    norad_id   INTEGER NOT NULL,
    PRIMARY KEY (name, norad_id)
) STRICT, WITHOUT ROWID;

-- SMALL, MEDIUM or LARGE as Space-Track has them; empty where it is not known.
ALTER TABLE object ADD COLUMN rcs_size TEXT NOT NULL DEFAULT '';
