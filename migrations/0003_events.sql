-- A conjunction is an event that runs find again and again, with a history; before, every run had rows of its own.
-- run_id is the run that saw the event last, which its figures are of. The numbers of runs without a reference may be
-- those of runs that are no longer kept. The instants of seeing and of change are the run's clock when it ended.

DROP INDEX conjunction_run;
ALTER TABLE conjunction RENAME TO conjunction_of_run;
ALTER TABLE conjunction_span RENAME TO span_of_run;

CREATE TABLE conjunction (
    id                   INTEGER PRIMARY KEY,
    run_id               INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    primary_id           INTEGER NOT NULL,
    primary_name         TEXT NOT NULL,
    secondary_id         INTEGER NOT NULL,
    secondary_name       TEXT NOT NULL,
    kind                 TEXT NOT NULL CHECK (kind IN ('encounter', 'companion', 'duplicate', 'open')),
    tca                  TEXT NOT NULL,
    miss_km              REAL NOT NULL,
    rel_speed_km_s       REAL NOT NULL,
    miss_r_km            REAL NOT NULL,
    miss_t_km            REAL NOT NULL,
    miss_n_km            REAL NOT NULL,
    primary_age_days     REAL NOT NULL,
    secondary_age_days   REAL NOT NULL,
    primary_stale        INTEGER NOT NULL CHECK (primary_stale IN (0, 1)),
    secondary_stale      INTEGER NOT NULL CHECK (secondary_stale IN (0, 1)),
    -- TEME states at TCA
    primary_x_km         REAL NOT NULL,
    primary_y_km         REAL NOT NULL,
    primary_z_km         REAL NOT NULL,
    primary_vx_km_s      REAL NOT NULL,
    primary_vy_km_s      REAL NOT NULL,
    primary_vz_km_s      REAL NOT NULL,
    secondary_x_km       REAL NOT NULL,
    secondary_y_km       REAL NOT NULL,
    secondary_z_km       REAL NOT NULL,
    secondary_vx_km_s    REAL NOT NULL,
    secondary_vy_km_s    REAL NOT NULL,
    secondary_vz_km_s    REAL NOT NULL,
    pc                   REAL,
    pc_method            TEXT,
    covariance_source    TEXT,
    pc_max               REAL,
    pc_max_socrates      REAL,
    dilution_km          REAL,
    first_run_id         INTEGER NOT NULL,
    first_seen_at        TEXT NOT NULL,
    last_seen_at         TEXT NOT NULL,
    -- the last line of the history
    changed_at           TEXT NOT NULL,
    status               TEXT NOT NULL CHECK (status IN ('active', 'vanished')),
    vanished_at          TEXT,
    vanished_why         TEXT CHECK (vanished_why IN ('moved apart', 'no element sets')),
    -- TCA, or the end of the last span below the threshold, or of the window of a duplicate
    over_at              TEXT NOT NULL,
    -- of the run that saw it last; none where that run did not tell
    threshold_km         REAL,
    CHECK ((status = 'vanished') = (vanished_at IS NOT NULL) AND (vanished_at IS NULL) = (vanished_why IS NULL))
) STRICT;

-- When a pair is below the threshold: companions.
CREATE TABLE conjunction_span (
    conjunction_id INTEGER NOT NULL REFERENCES conjunction (id) ON DELETE CASCADE,
    ordinal        INTEGER NOT NULL,
    start          TEXT NOT NULL,
    end            TEXT NOT NULL,
    PRIMARY KEY (conjunction_id, ordinal)
) STRICT, WITHOUT ROWID;

-- How an event's figures went from run to run: a line where they are others than in the line before. A line with
-- vanished_why has the figures last known.
CREATE TABLE conjunction_history (
    conjunction_id     INTEGER NOT NULL REFERENCES conjunction (id) ON DELETE CASCADE,
    ordinal            INTEGER NOT NULL,
    run_id             INTEGER NOT NULL,
    recorded_at        TEXT NOT NULL,
    vanished_why       TEXT CHECK (vanished_why IN ('moved apart', 'no element sets')),
    tca                TEXT NOT NULL,
    miss_km            REAL NOT NULL,
    rel_speed_km_s     REAL NOT NULL,
    miss_r_km          REAL NOT NULL,
    miss_t_km          REAL NOT NULL,
    miss_n_km          REAL NOT NULL,
    primary_age_days   REAL NOT NULL,
    secondary_age_days REAL NOT NULL,
    pc                 REAL,
    pc_max             REAL,
    PRIMARY KEY (conjunction_id, ordinal)
) STRICT, WITHOUT ROWID;

-- What the latest run found becomes the events; the copies of the runs before it go.
INSERT INTO conjunction
SELECT c.*, c.run_id, r.seen_at, r.seen_at, r.seen_at, 'active', NULL, NULL,
       CASE c.kind
           WHEN 'companion' THEN coalesce((SELECT max(s.end) FROM span_of_run s WHERE s.conjunction_id = c.id), c.tca)
           WHEN 'duplicate' THEN r.window_end
           ELSE c.tca
       END,
       r.threshold_km
FROM conjunction_of_run c
JOIN (
    SELECT id, window_end, CAST(json_extract(parameters, '$.threshold_km') AS REAL) AS threshold_km,
           strftime('%Y-%m-%dT%H:%M:%S', julianday(clock) + max(0.0, julianday(finished_at) - julianday(started_at)))
               || '.000000Z' AS seen_at
    FROM run
    WHERE status = 'done' AND kind IN ('cycle', 'screening')
    ORDER BY id DESC
    LIMIT 1
) r ON r.id = c.run_id;

INSERT INTO conjunction_span
SELECT s.* FROM span_of_run s JOIN conjunction c ON c.id = s.conjunction_id;

INSERT INTO conjunction_history
SELECT id, 0, run_id, changed_at, NULL, tca, miss_km, rel_speed_km_s, miss_r_km, miss_t_km, miss_n_km,
       primary_age_days, secondary_age_days, NULL, NULL
FROM conjunction;

DROP TABLE span_of_run;
DROP TABLE conjunction_of_run;

CREATE INDEX conjunction_run ON conjunction (run_id, tca);
CREATE INDEX conjunction_changed ON conjunction (changed_at);
CREATE INDEX conjunction_over ON conjunction (over_at);
CREATE INDEX conjunction_standing ON conjunction (primary_id, secondary_id) WHERE kind IN ('companion', 'duplicate');

-- What a new run replaces is looked for by place and time.
CREATE INDEX overflight_region ON overflight (region, end);
CREATE INDEX pass_site ON pass (site, los);
