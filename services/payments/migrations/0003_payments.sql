-- Money accepted: payments, their counter-entries and own books are only ever added to; partitioned by the time in their
-- ids, so that ten years of them cost a payment no more than ten days.
CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: a correction is a new row', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;

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
    receipt_number    text        NOT NULL,   -- given once: its series is locked; and unique in its partition
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
        CHECK (tender NOT IN ('check', 'money_order') OR remittance_id IS NOT NULL OR instrument_number IS NOT NULL)
) PARTITION BY RANGE (payment_id);
CREATE INDEX payments_by_account ON payments (account_id, payment_id) WHERE account_id IS NOT NULL;
CREATE INDEX payments_by_invoice ON payments (invoice_id, payment_id) WHERE invoice_id IS NOT NULL;
CREATE INDEX payments_by_instrument ON payments (instrument_number, payment_id) WHERE instrument_number IS NOT NULL;
CREATE INDEX payments_by_remittance ON payments (remittance_id) WHERE remittance_id IS NOT NULL;

CREATE TABLE reversals (
    payment_id  uuid        PRIMARY KEY REFERENCES payments,   -- at most one a payment
    reason_code text        NOT NULL,
    note        text,                         -- free text: it never leaves this service
    reversed_at timestamptz NOT NULL,
    reversed_by text        NOT NULL
);

CREATE TABLE credits (
    payment_id uuid        PRIMARY KEY REFERENCES payments,    -- billing told that it counted this payment
    heard_at   timestamptz NOT NULL
);

-- An entry moves cents from one book to another: it has both its sides in one row and cannot be unbalanced.
-- No foreign keys: it is written in the transaction that writes what it is about, and a check a row costs as much.
CREATE TABLE entries (
    entry_id      uuid   PRIMARY KEY DEFAULT uuidv7(),
    kind          text   NOT NULL,
    payment_id    uuid,
    remittance_id uuid,
    debit_book    text   NOT NULL,
    credit_book   text   NOT NULL,
    amount_cents  bigint NOT NULL,
    booked_on     date   NOT NULL,
    CONSTRAINT entry_moves_money CHECK (amount_cents > 0 AND debit_book <> credit_book),
    CONSTRAINT entry_is_about_something CHECK (num_nonnulls(payment_id, remittance_id) >= 1),
    CONSTRAINT entry_has_a_known_kind CHECK (kind IN ('posting', 'reversal', 'suspension', 'placement'))
) PARTITION BY RANGE (entry_id);
CREATE INDEX entries_by_day ON entries (booked_on, debit_book, credit_book) INCLUDE (amount_cents);

CREATE TABLE payments_other PARTITION OF payments DEFAULT;
CREATE TABLE entries_other PARTITION OF entries DEFAULT;
CREATE UNIQUE INDEX receipt_number_is_given_once_other ON payments_other (receipt_number);

CREATE TRIGGER payments_are_append_only BEFORE UPDATE OR DELETE ON payments
    FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER entries_are_append_only BEFORE UPDATE OR DELETE ON entries
    FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER payments_are_not_emptied BEFORE TRUNCATE ON payments
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER entries_are_not_emptied BEFORE TRUNCATE ON entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER reversals_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON reversals
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER credits_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON credits
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();

-- The smallest UUIDv7 of a moment (RFC 9562: the first 48 bits are milliseconds).
CREATE FUNCTION first_id_of(moment timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex((extract(epoch FROM moment) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;

-- A partition a quarter of a year, up to and with the quarter of a day; those that are there stay. They are attached,
-- not created in place: that would hold up every payment.
CREATE FUNCTION make_payment_partitions(through date) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    quarter timestamptz := date_trunc('quarter', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC';
    parent text;
    name text;
    made_count int := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('payment_partitions'));
    WHILE quarter <= through::timestamp AT TIME ZONE 'UTC' LOOP
        FOREACH parent IN ARRAY ARRAY['payments', 'entries'] LOOP
            name := parent || to_char(quarter AT TIME ZONE 'UTC', '_YYYY"q"Q');
            IF to_regclass(name) IS NULL THEN
                EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', name, parent);
                EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', parent, name,
                               first_id_of(quarter), first_id_of(quarter + interval '3 months'));
                IF parent = 'payments' THEN
                    EXECUTE format('CREATE UNIQUE INDEX %I ON %I (receipt_number)',
                                   'receipt_number_is_given_once' || substr(name, 9), name);
                END IF;
                made_count := made_count + 1;
            END IF;
        END LOOP;
        quarter := quarter + interval '3 months';
    END LOOP;
    RETURN made_count;
END
$$;
SELECT make_payment_partitions(current_date + 730);
INSERT INTO deadlines (kind, about, due_at)
VALUES ('payment_partitions', '00000000-0000-0000-0000-000000000000', now() + interval '90 days');
