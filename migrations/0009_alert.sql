-- What was told to whom of an event, and how the ways out do.

-- One row a rule and event: the message sent last. verdict and pc are the worst told since the event was new.
CREATE TABLE alert (
    id             INTEGER PRIMARY KEY,
    rule           TEXT NOT NULL,
    conjunction_id INTEGER NOT NULL REFERENCES conjunction (id) ON DELETE CASCADE,
    messages       INTEGER NOT NULL CHECK (messages > 0),
    news           TEXT NOT NULL CHECK (news IN ('new', 'worse', 'cleared')),
    told_at        TEXT NOT NULL,
    verdict        TEXT,
    pc             REAL,
    UNIQUE (rule, conjunction_id)
) STRICT;

CREATE INDEX alert_by_event ON alert (conjunction_id);
CREATE INDEX alert_by_time ON alert (told_at);

-- The last attempt of each rule's way out; failures in a row up to it.
CREATE TABLE alert_rule (
    rule     TEXT PRIMARY KEY,
    tried_at TEXT NOT NULL,
    sent_at  TEXT,
    failures INTEGER NOT NULL,
    reason   TEXT NOT NULL
) STRICT, WITHOUT ROWID;
