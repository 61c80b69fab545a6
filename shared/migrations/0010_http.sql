-- What the HTTP door remembers: the answer to each idempotency key, and who did what, which nobody can change.

CREATE TABLE idempotency_keys (
    subject         text        NOT NULL,
    operation       text        NOT NULL,
    idempotency_key text        NOT NULL,
    fingerprint     bytea       NOT NULL,   -- SHA-256 of method, path, query and body
    status          smallint    NOT NULL,
    headers         jsonb       NOT NULL,
    body            bytea       NOT NULL,
    created_at      timestamptz NOT NULL,
    CONSTRAINT idempotency_key_is_answered_once PRIMARY KEY (subject, operation, idempotency_key),
    CONSTRAINT idempotency_key_is_short CHECK (length(idempotency_key) BETWEEN 1 AND 255),
    CONSTRAINT only_a_success_is_remembered CHECK (status BETWEEN 200 AND 299)
);

CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

CREATE TABLE audit_log (
    audit_id       uuid        NOT NULL DEFAULT uuidv7() PRIMARY KEY,
    recorded_at    timestamptz NOT NULL DEFAULT clock_timestamp(),   -- the machine's time
    at             timestamptz NOT NULL,                             -- the town's time
    subject        text        NOT NULL,
    action         text        NOT NULL,
    about          text        NOT NULL,
    before         jsonb,
    after          jsonb,
    why            text,
    correlation_id text        NOT NULL
);

CREATE INDEX audit_log_by_thing ON audit_log (about, audit_id);
CREATE INDEX audit_log_by_subject ON audit_log (subject, audit_id);
CREATE INDEX audit_log_by_action ON audit_log (action, audit_id);
CREATE INDEX audit_log_by_correlation ON audit_log (correlation_id, audit_id);

CREATE FUNCTION audit_log_stays_as_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is only ever added to: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER audit_log_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION audit_log_stays_as_written();
