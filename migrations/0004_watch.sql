-- What the history of the element sets tells. One row an event: a later look at the same manoeuvre, decay or new object
-- updates it. start and end: a manoeuvre's last epoch before and first after it; a decay's newest epoch and foretold
-- end; a new object's first epoch, twice.
CREATE TABLE watch_event (
    id              INTEGER PRIMARY KEY,
    kind            TEXT NOT NULL CHECK (kind IN ('manoeuvre', 'decay', 'new')),
    state           TEXT NOT NULL CHECK (state IN ('ongoing', 'confirmed', 'unconfirmed', 'predicted', 'overdue',
                                                   'decayed', 'seen', 'withdrawn')),
    norad_id        INTEGER NOT NULL,
    name            TEXT NOT NULL,
    owner           TEXT NOT NULL,
    start           TEXT NOT NULL,
    end             TEXT NOT NULL,
    pattern         TEXT NOT NULL,
    along_track_m_s REAL,
    cross_track_m_s REAL,
    sigma           REAL,
    earliest        TEXT,
    latest          TEXT,
    evidence        TEXT NOT NULL CHECK (json_valid(evidence)),
    first_seen_at   TEXT NOT NULL,
    updated_at      TEXT NOT NULL
) STRICT;
CREATE INDEX watch_event_object ON watch_event (norad_id, kind, start);
CREATE INDEX watch_event_updated ON watch_event (updated_at);

-- Every object that the watch has seen, and the source that brought its first element set: kept when the sets go.
CREATE TABLE watch_object (
    norad_id      INTEGER PRIMARY KEY,
    source_id     INTEGER NOT NULL,
    first_epoch   TEXT NOT NULL
) STRICT;
CREATE INDEX watch_object_source ON watch_object (source_id);
