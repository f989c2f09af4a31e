-- Instants are RFC 3339 text in UTC of fixed width, so that the order of the text is the order of time: nine decimals
-- for the epochs of element sets, six everywhere else. Numbers carry their unit as the last word of their name.

CREATE TABLE source (
    id         INTEGER PRIMARY KEY,
    kind       TEXT NOT NULL,
    locator    TEXT NOT NULL,
    sha256     TEXT NOT NULL,
    fetched_at TEXT NOT NULL,
    format     TEXT NOT NULL,
    accepted   INTEGER NOT NULL,
    rejected   INTEGER NOT NULL,
    duplicates INTEGER NOT NULL,
    UNIQUE (sha256, locator, kind)
) STRICT;

-- source_id names the SATCAT that the facts come from; without one, name and object_id are those of the newest
-- element set that has them.
CREATE TABLE object (
    norad_id        INTEGER PRIMARY KEY CHECK (norad_id BETWEEN 1 AND 999999999),
    name            TEXT NOT NULL,
    object_id       TEXT NOT NULL,
    owner           TEXT NOT NULL DEFAULT '',
    object_type     TEXT NOT NULL DEFAULT '',
    ops_status      TEXT NOT NULL DEFAULT '',
    launch_date     TEXT,
    launch_site     TEXT NOT NULL DEFAULT '',
    decay_date      TEXT,
    period_min      REAL,
    inclination_deg REAL,
    apogee_km       REAL,
    perigee_km      REAL,
    rcs_m2          REAL,
    source_id       INTEGER REFERENCES source (id)
) STRICT;

-- source_id is the first source other than a bundled one that brought the set, or the bundled one while there is no
-- other. The key is what SGP4 reads, and the set number: the same set from two sources is one row. Its columns stand
-- in the order that chooses the current set of an object.
CREATE TABLE element_set (
    id                  INTEGER PRIMARY KEY,
    norad_id            INTEGER NOT NULL REFERENCES object (norad_id),
    name                TEXT NOT NULL,
    object_id           TEXT NOT NULL,
    epoch               TEXT NOT NULL,
    mean_motion_rev_day REAL NOT NULL,
    eccentricity        REAL NOT NULL,
    inclination_deg     REAL NOT NULL,
    raan_deg            REAL NOT NULL,
    arg_perigee_deg     REAL NOT NULL,
    mean_anomaly_deg    REAL NOT NULL,
    bstar               REAL NOT NULL,
    mean_motion_dot     REAL NOT NULL,
    mean_motion_ddot    REAL NOT NULL,
    ephemeris_type      INTEGER NOT NULL,
    classification      TEXT NOT NULL,
    element_set_no      INTEGER NOT NULL,
    rev_at_epoch        INTEGER NOT NULL,
    source_id           INTEGER NOT NULL REFERENCES source (id),
    UNIQUE (norad_id, epoch, element_set_no, mean_motion_rev_day, eccentricity, inclination_deg, raan_deg,
            arg_perigee_deg, mean_anomaly_deg, bstar)
) STRICT;

-- What each bundled snapshot holds, whatever else has brought the same sets.
CREATE TABLE snapshot_set (
    source_id      INTEGER NOT NULL REFERENCES source (id),
    element_set_id INTEGER NOT NULL REFERENCES element_set (id),
    PRIMARY KEY (source_id, element_set_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE setting (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE earth_orientation (
    mjd        INTEGER PRIMARY KEY,
    ut1_utc_s  REAL NOT NULL,
    pole_x_rad REAL NOT NULL,
    pole_y_rad REAL NOT NULL,
    predicted  INTEGER NOT NULL CHECK (predicted IN (0, 1)),
    source_id  INTEGER NOT NULL REFERENCES source (id)
) STRICT;

-- AUTOINCREMENT: the number of a deleted run is never given again.
CREATE TABLE run (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    kind         TEXT NOT NULL,
    started_at   TEXT NOT NULL,
    finished_at  TEXT,
    clock        TEXT NOT NULL,
    window_start TEXT NOT NULL,
    window_end   TEXT NOT NULL,
    status       TEXT NOT NULL CHECK (status IN ('running', 'done', 'failed')),
    parameters   TEXT NOT NULL CHECK (json_valid(parameters)),
    tally        TEXT CHECK (tally IS NULL OR json_valid(tally)),
    snapshot     TEXT,
    CHECK ((status = 'running') = (finished_at IS NULL))
) STRICT;

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
    dilution_km          REAL
) STRICT;
CREATE INDEX conjunction_run ON conjunction (run_id, tca);

-- When a pair is below the threshold: companions.
CREATE TABLE conjunction_span (
    conjunction_id INTEGER NOT NULL REFERENCES conjunction (id) ON DELETE CASCADE,
    ordinal        INTEGER NOT NULL,
    start          TEXT NOT NULL,
    end            TEXT NOT NULL,
    PRIMARY KEY (conjunction_id, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE overflight (
    id             INTEGER PRIMARY KEY,
    run_id         INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    norad_id       INTEGER NOT NULL,
    name           TEXT NOT NULL,
    region         TEXT NOT NULL,
    start          TEXT NOT NULL,
    end            TEXT NOT NULL,
    nearest_km     REAL NOT NULL,
    ascending      INTEGER NOT NULL CHECK (ascending IN (0, 1)),
    daylight       INTEGER NOT NULL CHECK (daylight IN (0, 1)),
    open_start     INTEGER NOT NULL CHECK (open_start IN (0, 1)),
    open_end       INTEGER NOT NULL CHECK (open_end IN (0, 1)),
    age_days       REAL NOT NULL,
    stale          INTEGER NOT NULL CHECK (stale IN (0, 1)),
    timing_error_s REAL
) STRICT;
CREATE INDEX overflight_run ON overflight (run_id, start);

CREATE TABLE pass (
    id                INTEGER PRIMARY KEY,
    run_id            INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    norad_id          INTEGER NOT NULL,
    name              TEXT NOT NULL,
    site              TEXT NOT NULL,
    aos               TEXT NOT NULL,
    aos_azimuth_deg   REAL NOT NULL,
    tca               TEXT NOT NULL,
    max_elevation_deg REAL NOT NULL,
    tca_azimuth_deg   REAL NOT NULL,
    los               TEXT NOT NULL,
    los_azimuth_deg   REAL NOT NULL,
    min_range_km      REAL NOT NULL,
    lit_fraction      REAL NOT NULL,
    sun_elevation_deg REAL NOT NULL,
    open_start        INTEGER NOT NULL CHECK (open_start IN (0, 1)),
    open_end          INTEGER NOT NULL CHECK (open_end IN (0, 1)),
    culminations      INTEGER NOT NULL,
    age_days          REAL NOT NULL,
    stale             INTEGER NOT NULL CHECK (stale IN (0, 1)),
    timing_error_s    REAL,
    -- for readers of the file; the rule itself is Pass::sunlit and Pass::visible
    sunlit            INTEGER NOT NULL AS (lit_fraction >= 0.5),
    visible           INTEGER NOT NULL AS (lit_fraction >= 0.5 AND sun_elevation_deg <= -6.0)
) STRICT;
CREATE INDEX pass_run ON pass (run_id, aos);

CREATE TABLE coverage (
    id                INTEGER PRIMARY KEY,
    run_id            INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    region            TEXT NOT NULL,
    nations           TEXT NOT NULL,
    assets            INTEGER NOT NULL,
    time_percent      REAL NOT NULL,
    area_percent      REAL NOT NULL,
    cell_time_percent REAL NOT NULL,
    accesses          INTEGER NOT NULL,
    mean_gap_s        REAL,
    longest_gap_s     REAL,
    detail            TEXT NOT NULL CHECK (json_valid(detail)),
    UNIQUE (run_id, region, nations)
) STRICT;
