-- Every request to a data source, written before it is sent, and which sources are held.
--
-- asked_at is the wall clock as it stood. The clock_ columns are what waiting is measured from: the wall clock, and
-- the time since the start of the machine that clock_boot_id names. They are those of asked_at unless the wall clock
-- turned out to be wrong after a restart; then they tell when that was seen.
--
-- waived: a person let the query run again at once. measure: the next download is compared with this one.
-- AUTOINCREMENT: the order of the numbers is the order of the requests, whatever the clocks said.
CREATE TABLE request (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    source         TEXT NOT NULL,
    query          TEXT NOT NULL,
    asked_at       TEXT NOT NULL,
    clock_wall     TEXT NOT NULL,
    clock_boot_id  TEXT,
    clock_uptime_s REAL,
    ended_at       TEXT,
    outcome        TEXT NOT NULL CHECK (outcome IN ('asked', 'fetched', 'unchanged', 'no_data', 'refused', 'status',
                                                    'not_reached', 'broken', 'cancelled', 'interrupted')),
    http_status    INTEGER,
    bytes          INTEGER,
    sha256         TEXT,
    server_date    TEXT,
    objects        INTEGER,
    rejected       INTEGER,
    newest         TEXT,
    reason         TEXT NOT NULL DEFAULT '',
    waived         INTEGER NOT NULL DEFAULT 0 CHECK (waived IN (0, 1)),
    measure        INTEGER NOT NULL DEFAULT 1 CHECK (measure IN (0, 1)),
    CHECK ((outcome = 'asked') = (ended_at IS NULL)),
    CHECK ((clock_boot_id IS NULL) = (clock_uptime_s IS NULL))
) STRICT;
CREATE INDEX request_query ON request (source, query, id);

-- A source that is not asked for anything until a person says so.
CREATE TABLE hold (
    source TEXT PRIMARY KEY,
    since  TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The public conjunction messages of Space-Track.
CREATE TABLE public_message (
    cdm_id               INTEGER PRIMARY KEY CHECK (cdm_id > 0),
    created_at           TEXT,
    emergency_reportable INTEGER NOT NULL CHECK (emergency_reportable IN (0, 1)),
    tca                  TEXT NOT NULL,
    miss_km              REAL NOT NULL,
    pc                   REAL,
    sat1_id              INTEGER NOT NULL,
    sat1_name            TEXT NOT NULL,
    sat1_object_type     TEXT NOT NULL,
    sat1_rcs             TEXT NOT NULL,
    sat1_excl_vol        TEXT NOT NULL,
    sat2_id              INTEGER NOT NULL,
    sat2_name            TEXT NOT NULL,
    sat2_object_type     TEXT NOT NULL,
    sat2_rcs             TEXT NOT NULL,
    sat2_excl_vol        TEXT NOT NULL,
    source_id            INTEGER NOT NULL REFERENCES source (id)
) STRICT;
CREATE INDEX public_message_tca ON public_message (tca);
