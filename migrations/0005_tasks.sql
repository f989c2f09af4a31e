-- The daemon's tasks: when each is due, how each ended.

-- Due is wait_s after the anchor: by the time since the start of the machine while boot_id is the same, else by the
-- wall clock.
CREATE TABLE task (
    name            TEXT PRIMARY KEY,
    anchor_wall     TEXT NOT NULL,
    anchor_boot_id  TEXT,
    anchor_uptime_s REAL,
    wait_s          REAL NOT NULL,
    started_at      TEXT,
    finished_at     TEXT,
    duration_s      REAL,
    outcome         TEXT CHECK (outcome IN ('running', 'done', 'failed', 'held', 'cancelled', 'interrupted')),
    summary         TEXT NOT NULL,
    detail          TEXT CHECK (detail IS NULL OR json_valid(detail)),
    done_at         TEXT,
    runs            INTEGER NOT NULL,
    skips           INTEGER NOT NULL,
    misses          INTEGER NOT NULL,
    failures        INTEGER NOT NULL,
    CHECK ((outcome IS NULL) = (started_at IS NULL)),
    CHECK ((anchor_boot_id IS NULL) = (anchor_uptime_s IS NULL))
) STRICT, WITHOUT ROWID;

-- The daemon that runs or ran last, and both clocks as it last saw them agree.
CREATE TABLE daemon (
    id             INTEGER PRIMARY KEY CHECK (id = 1),
    process_id     INTEGER NOT NULL,
    started_at     TEXT NOT NULL,
    seen_wall      TEXT NOT NULL,
    seen_boot_id   TEXT,
    seen_uptime_s  REAL,
    CHECK ((seen_boot_id IS NULL) = (seen_uptime_s IS NULL))
) STRICT;
