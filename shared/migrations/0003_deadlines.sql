-- What the clock will strike: written by the transaction that made it necessary, removed by the one that made it needless.
CREATE TABLE deadlines (
    kind       text        NOT NULL,
    about      uuid        NOT NULL,
    due_at     timestamptz NOT NULL,
    attempts   int         NOT NULL DEFAULT 0,
    retry_at   timestamptz,
    last_error text,
    PRIMARY KEY (kind, about)
);
CREATE INDEX deadlines_by_due ON deadlines (due_at);

-- Development only: how far the town's clock was turned; every process of the service reads it with its deadlines.
CREATE TABLE town_clock (
    only_row       int    PRIMARY KEY DEFAULT 1 CHECK (only_row = 1),
    offset_seconds bigint NOT NULL
);
INSERT INTO town_clock (offset_seconds) VALUES (0);
