-- How far an unpaid debt has gone: notices as sent, leave to shut off with all that became of it, and answers to crews.
CREATE TABLE notices (
    notice_id             uuid        PRIMARY KEY,
    account_id            uuid        NOT NULL,
    past_due_cents        bigint      NOT NULL,
    covers_through_on     date        NOT NULL,   -- debts due later need a notice of their own
    sent_at               timestamptz NOT NULL,
    sent_on               date        NOT NULL,
    shutoff_not_before_on date        NOT NULL,
    CONSTRAINT notice_asks_for_something CHECK (past_due_cents > 0),
    CONSTRAINT notice_leaves_time CHECK (shutoff_not_before_on > sent_on)
);
CREATE INDEX notices_by_account ON notices (account_id, notice_id DESC);

CREATE TABLE shutoff_authorizations (
    authorization_id           uuid        PRIMARY KEY,
    account_id                 uuid        NOT NULL,
    notice_id                  uuid        NOT NULL REFERENCES notices,
    past_due_cents             bigint      NOT NULL,
    state                      text        NOT NULL,
    authorized_at              timestamptz NOT NULL,
    withdrawn_at               timestamptz,
    executed_at                timestamptz,
    reconnection_authorized_at timestamptz,
    reconnected_at             timestamptz,
    CONSTRAINT authorization_state_is_known CHECK (
        state IN ('authorized', 'withdrawn', 'executed', 'reconnecting', 'reconnected')
    )
);
CREATE UNIQUE INDEX one_authorization_is_open_per_account ON shutoff_authorizations (account_id)
    WHERE state = 'authorized';
CREATE INDEX shutoff_authorizations_by_account ON shutoff_authorizations (account_id, authorization_id DESC);
CREATE INDEX shutoff_authorizations_by_notice ON shutoff_authorizations (notice_id);

-- The account's last notice and last authorization; an account that never fell behind has no row.
CREATE TABLE delinquencies (
    account_id       uuid        PRIMARY KEY,
    notice_id        uuid        NOT NULL REFERENCES notices,
    shutoff_at       timestamptz NOT NULL,        -- no shut-off is authorized before; a returned payment moves it away
    authorization_id uuid        REFERENCES shutoff_authorizations
);
CREATE INDEX delinquencies_by_notice ON delinquencies (notice_id);
CREATE INDEX delinquencies_by_authorization ON delinquencies (authorization_id);

CREATE TABLE shutoff_orders (
    order_id         uuid        PRIMARY KEY,
    account_id       uuid        NOT NULL,
    authorization_id uuid        NOT NULL,
    kind             text        NOT NULL,
    requested_at     timestamptz NOT NULL
);
CREATE INDEX shutoff_orders_by_authorization ON shutoff_orders (authorization_id);

CREATE TABLE shutoff_answers (
    ask_id           uuid        PRIMARY KEY,
    account_id       uuid        NOT NULL,
    order_id         uuid        NOT NULL,
    authorization_id uuid        NOT NULL,
    stage            text        NOT NULL,
    asked_at         timestamptz NOT NULL,
    answered_at      timestamptz NOT NULL,
    state            text        NOT NULL,
    valid_until      timestamptz,
    reason_code      text,
    CONSTRAINT answer_confirms_until_or_objects_because CHECK (
        (state = 'confirmed' AND valid_until IS NOT NULL AND reason_code IS NULL)
        OR (state = 'objected' AND valid_until IS NULL AND reason_code IS NOT NULL)
    )
);
CREATE INDEX shutoff_answers_by_account ON shutoff_answers (account_id, answered_at);
