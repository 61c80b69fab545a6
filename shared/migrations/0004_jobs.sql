-- Long work: a row with its parameters, a cursor and two counts; each chunk moves the cursor in its own transaction.
CREATE TABLE jobs (
    job_id       uuid        PRIMARY KEY,
    kind         text        NOT NULL,
    parameters   jsonb       NOT NULL,
    cursor       jsonb,
    done_count   bigint      NOT NULL DEFAULT 0,
    total_count  bigint,
    attempts     int         NOT NULL DEFAULT 0,
    retry_at     timestamptz,
    last_error   text,
    requested_by text        NOT NULL,
    requested_at timestamptz NOT NULL,
    started_at   timestamptz,
    finished_at  timestamptz,
    failed_at    timestamptz,
    CONSTRAINT job_ends_once CHECK (finished_at IS NULL OR failed_at IS NULL)
);
CREATE INDEX jobs_open ON jobs (requested_at, job_id) WHERE finished_at IS NULL AND failed_at IS NULL;
CREATE INDEX jobs_by_request ON jobs (requested_at DESC, job_id DESC);
