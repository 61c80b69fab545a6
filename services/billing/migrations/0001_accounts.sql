-- Billing's own copy of what it needs from accounts: filled only by what accounts told, so it can be filled again.
-- Nothing that billing owns refers to these by a foreign key: money may come for an account not heard of yet.
CREATE TABLE accounts (
    account_id      uuid PRIMARY KEY,
    account_number  text NOT NULL,
    holder_name     text NOT NULL,
    service_address text NOT NULL,
    mailing_address text NOT NULL,
    billing_cycle   text NOT NULL,
    opened_on       date NOT NULL,
    closed_on       date
);

CREATE TABLE agreements (
    agreement_id     uuid PRIMARY KEY,
    account_id       uuid NOT NULL,
    service_point_id uuid NOT NULL,
    commodity        text NOT NULL,
    rate_code        text NOT NULL,
    billing_cycle    text NOT NULL,
    started_on       date NOT NULL,
    stopped_on       date,
    origin           text NOT NULL,
    meter_id         uuid,
    meter_serial     text,
    dials            smallint,
    multiplier       int NOT NULL DEFAULT 1,
    unit             text,
    CONSTRAINT meter_has_dials_and_unit CHECK (
        num_nulls(meter_id, meter_serial, dials, unit) IN (0, 4)
    )
);
CREATE INDEX agreements_by_account ON agreements (account_id);
CREATE INDEX agreements_by_meter ON agreements (meter_serial, started_on);
CREATE INDEX agreements_by_cycle ON agreements (billing_cycle, agreement_id);
