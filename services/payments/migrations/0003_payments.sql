-- Money accepted: payments, their counter-entries and own books are only ever added to.
CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: a correction is a new row', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TABLE receipt_series (
    series      text   PRIMARY KEY,           -- a drawer at a counter, or a lane such as LOCKBOX
    last_serial bigint NOT NULL,
    CONSTRAINT series_counts_from_one CHECK (last_serial >= 1)
) WITH (fillfactor = 10);                     -- updated in place by every payment of its series

CREATE TABLE payments (
    payment_id        uuid        PRIMARY KEY,
    account_id        uuid,
    invoice_id        uuid,
    amount_cents      bigint      NOT NULL,
    tender            text        NOT NULL,
    receipt_series    text        NOT NULL,
    receipt_number    text        NOT NULL,
    instrument_number text,
    instrument_on     date,
    approval_code     text,
    remittance_id     uuid        REFERENCES remittances,   -- where it came from, if not over a counter
    received_on       date        NOT NULL,
    posted_at         timestamptz NOT NULL,
    posted_by         text        NOT NULL,
    CONSTRAINT payment_is_positive CHECK (amount_cents > 0),
    CONSTRAINT payment_is_for_one_debt CHECK (num_nonnulls(account_id, invoice_id) = 1),
    CONSTRAINT payment_has_a_known_tender
        CHECK (tender IN ('cash', 'check', 'money_order', 'card', 'lockbox', 'online')),
    CONSTRAINT paper_has_a_number
        CHECK (tender NOT IN ('check', 'money_order') OR remittance_id IS NOT NULL OR instrument_number IS NOT NULL),
    CONSTRAINT receipt_number_is_given_once UNIQUE (receipt_number),
    CONSTRAINT remittance_is_posted_once UNIQUE (remittance_id)
);
CREATE INDEX payments_by_account ON payments (account_id, payment_id) WHERE account_id IS NOT NULL;
CREATE INDEX payments_by_invoice ON payments (invoice_id, payment_id) WHERE invoice_id IS NOT NULL;
CREATE INDEX payments_by_instrument ON payments (instrument_number, payment_id) WHERE instrument_number IS NOT NULL;
CREATE TRIGGER payments_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON payments
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();

CREATE TABLE reversals (
    payment_id  uuid        PRIMARY KEY REFERENCES payments,   -- at most one a payment
    reason_code text        NOT NULL,
    note        text,                         -- free text: it never leaves this service
    reversed_at timestamptz NOT NULL,
    reversed_by text        NOT NULL
);
CREATE TRIGGER reversals_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON reversals
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();

CREATE TABLE credits (
    payment_id uuid        PRIMARY KEY REFERENCES payments,    -- billing told that it counted this payment
    heard_at   timestamptz NOT NULL
);
CREATE TRIGGER credits_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON credits
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();

CREATE TABLE entries (
    entry_id      uuid   PRIMARY KEY DEFAULT uuidv7(),
    kind          text   NOT NULL,
    payment_id    uuid   REFERENCES payments,
    remittance_id uuid   REFERENCES remittances,
    debit_book    text   NOT NULL,
    credit_book   text   NOT NULL,
    amount_cents  bigint NOT NULL,
    booked_on     date   NOT NULL,
    CONSTRAINT entry_moves_money CHECK (amount_cents > 0 AND debit_book <> credit_book),
    CONSTRAINT entry_is_about_something CHECK (num_nonnulls(payment_id, remittance_id) >= 1),
    CONSTRAINT entry_has_a_known_kind CHECK (kind IN ('posting', 'reversal', 'suspension', 'placement'))
);
CREATE INDEX entries_by_payment ON entries (payment_id) WHERE payment_id IS NOT NULL;
CREATE INDEX entries_by_remittance ON entries (remittance_id) WHERE remittance_id IS NOT NULL;
CREATE INDEX entries_by_day ON entries (booked_on, debit_book, credit_book) INCLUDE (amount_cents);
CREATE TRIGGER entries_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();
