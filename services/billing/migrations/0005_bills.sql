-- Bills with every line's working, once for an agreement and the end of a period; and what could not be billed, and why.
CREATE TABLE bills (
    bill_id          uuid        PRIMARY KEY,
    agreement_id     uuid        NOT NULL,
    account_id       uuid        NOT NULL,
    version          int         NOT NULL DEFAULT 1,
    account_number   text        NOT NULL,
    holder_name      text        NOT NULL,
    mailing_address  text        NOT NULL,
    service_address  text        NOT NULL,
    rate_code        text        NOT NULL,
    tariff_id        uuid        NOT NULL REFERENCES tariffs,
    period_start_on  date        NOT NULL,
    period_end_on    date        NOT NULL,
    days_count       int         NOT NULL,
    begin_reading_id uuid,
    end_reading_id   uuid,
    quality          text,
    quantity         numeric     NOT NULL,
    unit             text        NOT NULL,
    total_cents      bigint      NOT NULL,
    job_id           uuid,
    made_at          timestamptz NOT NULL,
    state            text        NOT NULL,
    held_for         text,
    issued_on        date,
    due_on           date,
    released_by      text,
    CONSTRAINT bill_is_made_once_for_a_period UNIQUE (agreement_id, period_end_on, version),
    CONSTRAINT reading_ends_one_bill UNIQUE (end_reading_id, version),
    CONSTRAINT bill_period_does_not_run_backwards CHECK (period_start_on <= period_end_on),
    CONSTRAINT bill_is_held_issued_or_cancelled CHECK (state IN ('held', 'issued', 'cancelled')),
    CONSTRAINT held_bill_says_why CHECK (state <> 'held' OR held_for IS NOT NULL),
    CONSTRAINT issued_bill_is_due CHECK (state <> 'issued' OR (issued_on IS NOT NULL AND due_on >= issued_on))
);
CREATE INDEX bills_by_account ON bills (account_id, bill_id DESC);
CREATE INDEX bills_by_job ON bills (job_id, bill_id) WHERE job_id IS NOT NULL;
CREATE INDEX bills_by_tariff ON bills (tariff_id);
CREATE INDEX bills_that_are_held ON bills (bill_id) WHERE state = 'held';

CREATE TABLE bill_lines (
    bill_id       uuid    NOT NULL REFERENCES bills,
    n             int     NOT NULL,               -- in the order of the bill
    component     text    NOT NULL,
    label         text    NOT NULL,
    service       text    NOT NULL,
    basis         text    NOT NULL,
    quantity      numeric NOT NULL,
    unit          text    NOT NULL,
    rate          numeric NOT NULL,
    rate_since_on date    NOT NULL,
    days_count    int     NOT NULL,
    base_cents    bigint,
    other_cents   bigint,
    amount_cents  bigint  NOT NULL,
    rounding      text    NOT NULL,
    rule          text    NOT NULL,
    PRIMARY KEY (bill_id, n),
    CONSTRAINT line_basis_is_known CHECK (
        basis IN ('per_unit', 'minimum', 'tier', 'adjustment', 'percentage', 'fixed')
    )
);

CREATE TABLE billing_exceptions (
    exception_id uuid        PRIMARY KEY,
    job_id       uuid        NOT NULL,
    agreement_id uuid        NOT NULL,
    account_id   uuid        NOT NULL,
    reason       text        NOT NULL,
    rule         text        NOT NULL,
    remedy       text        NOT NULL,
    facts        jsonb       NOT NULL,
    found_at     timestamptz NOT NULL,
    CONSTRAINT agreement_is_one_exception_of_a_run UNIQUE (job_id, agreement_id)
);
CREATE INDEX billing_exceptions_by_job ON billing_exceptions (job_id, exception_id);
CREATE INDEX billing_exceptions_by_account ON billing_exceptions (account_id, exception_id DESC);

-- What a bill says never changes; only its state, and with it its dates, when it is released or cancelled.
CREATE FUNCTION bills_stay_as_made() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND
       (to_jsonb(OLD) - '{state,issued_on,due_on,released_by}'::text[])
       = (to_jsonb(NEW) - '{state,issued_on,due_on,released_by}'::text[])
       AND (OLD.issued_on IS NULL OR OLD.issued_on = NEW.issued_on AND OLD.due_on = NEW.due_on) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a bill is immutable: it is cancelled and made anew' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER bills_are_immutable BEFORE UPDATE OR DELETE ON bills
    FOR EACH ROW EXECUTE FUNCTION bills_stay_as_made();

CREATE FUNCTION bill_lines_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the lines of a bill are immutable' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER bill_lines_are_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON bill_lines
    FOR EACH STATEMENT EXECUTE FUNCTION bill_lines_stay();
