-- What a service heard: its own cursor a partition, each event once, and what was set aside with its reason.
CREATE TABLE inbox_cursors (
    consumer    text   NOT NULL,
    topic       text   NOT NULL,
    partition   int    NOT NULL,
    next_offset bigint NOT NULL,
    PRIMARY KEY (consumer, topic, partition)
) WITH (fillfactor = 10);

-- By ranges of the id, which is a UUIDv7: a partition is a span of time, and dropping one is retention.
-- The ids of outside publishers are hashes (UUIDv5) and live in the default partition.
CREATE TABLE inbox (
    consumer text        NOT NULL,
    event_id uuid        NOT NULL,
    heard_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (event_id, consumer)
) PARTITION BY RANGE (event_id);
CREATE TABLE inbox_outside PARTITION OF inbox DEFAULT;

CREATE TABLE set_aside (
    consumer        text        NOT NULL,
    key             text        NOT NULL,
    n               bigint      GENERATED ALWAYS AS IDENTITY,
    event_id        uuid        NOT NULL,
    topic           text        NOT NULL,
    partition       int         NOT NULL,
    record_offset   bigint      NOT NULL,
    headers         jsonb       NOT NULL,
    payload         bytea       NOT NULL,
    reason          text        NOT NULL,
    cause_at        timestamptz,            -- when it failed itself; null for what only waits behind
    attempts        int         NOT NULL DEFAULT 0,
    set_aside_at    timestamptz NOT NULL,
    next_attempt_at timestamptz NOT NULL,
    PRIMARY KEY (consumer, key, n)
);
CREATE INDEX set_aside_by_next_attempt ON set_aside (next_attempt_at);

CREATE TABLE set_aside_discards (
    discard_id   bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    consumer     text        NOT NULL,
    key          text        NOT NULL,
    event_id     uuid        NOT NULL,
    topic        text        NOT NULL,
    payload      bytea       NOT NULL,
    reason       text        NOT NULL,
    discarded_by text        NOT NULL,
    why          text        NOT NULL,
    discarded_at timestamptz NOT NULL
);
