-- The receivables ledger: postings whose entries sum to zero, only ever added to; partitioned by the time in their ids.
CREATE TABLE receivables (
    account_id    uuid   PRIMARY KEY,
    version       bigint NOT NULL DEFAULT 0,     -- counts the account's postings
    balance_cents bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 70);

CREATE TABLE charges (
    charge_id    uuid   PRIMARY KEY,
    bill_id      uuid   NOT NULL REFERENCES bills,
    account_id   uuid   NOT NULL,
    service      text   NOT NULL,
    due_on       date   NOT NULL,
    amount_cents bigint NOT NULL,
    open_cents   bigint NOT NULL,
    CONSTRAINT charge_is_positive CHECK (amount_cents > 0),
    CONSTRAINT charge_is_paid_between_nothing_and_all CHECK (open_cents BETWEEN 0 AND amount_cents)
);
CREATE INDEX charges_by_bill ON charges (bill_id);
CREATE INDEX charges_that_are_open ON charges (account_id) WHERE open_cents > 0;

CREATE TABLE postings (
    posting_id   uuid        PRIMARY KEY,        -- the id of its cause: the bill, the payment, the reversal
    account_id   uuid        NOT NULL,
    kind         text        NOT NULL,
    effective_on date        NOT NULL,
    posted_at    timestamptz NOT NULL,
    posted_by    text        NOT NULL,
    reverses     uuid,
    CONSTRAINT posting_kind_is_known CHECK (kind IN ('bill', 'payment', 'payment_reversal')),
    CONSTRAINT only_a_reversal_reverses CHECK ((reverses IS NOT NULL) = (kind = 'payment_reversal'))
) PARTITION BY RANGE (posting_id);
CREATE INDEX postings_by_account ON postings (account_id, posting_id DESC);

-- No foreign key to postings and charges: both are written in the statement that writes the entries, and one check
-- a row would cost more than the row. That entries sum to zero is checked a statement.
CREATE TABLE entries (
    posting_id   uuid     NOT NULL,
    n            int      NOT NULL,               -- in the order in which its statement wrote them
    book         text     NOT NULL,
    account_id   uuid,                           -- of a receivable
    service      text,
    charge_id    uuid,
    amount_cents bigint   NOT NULL,              -- a debit is positive
    effective_on date     NOT NULL,
    PRIMARY KEY (posting_id, n),
    CONSTRAINT book_is_known CHECK (book IN ('receivable', 'cash', 'revenue')),
    CONSTRAINT receivable_has_an_account CHECK ((book = 'receivable') = (account_id IS NOT NULL)),
    CONSTRAINT entry_moves_something CHECK (amount_cents <> 0)
) PARTITION BY RANGE (posting_id);
CREATE INDEX entries_by_account ON entries (account_id, effective_on) INCLUDE (amount_cents) WHERE account_id IS NOT NULL;

CREATE TABLE postings_other PARTITION OF postings DEFAULT;
CREATE TABLE entries_other PARTITION OF entries DEFAULT;

CREATE TABLE payment_reversals (
    payment_id  uuid        PRIMARY KEY,
    posting_id  uuid        NOT NULL,
    reason_code text        NOT NULL,
    reversed_at timestamptz NOT NULL
);

-- The smallest UUIDv7 of a moment (RFC 9562: the first 48 bits are milliseconds).
CREATE FUNCTION first_id_of(moment timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex((extract(epoch FROM moment) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;

-- A partition a quarter of a year, through the quarter of the given day; those that are there stay.
CREATE FUNCTION make_ledger_partitions(since date, through date) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    quarter timestamptz := date_trunc('quarter', since::timestamp) AT TIME ZONE 'UTC';
    parent text;
    name text;
    made_count int := 0;
BEGIN
    WHILE quarter <= through::timestamp AT TIME ZONE 'UTC' LOOP
        FOREACH parent IN ARRAY ARRAY['postings', 'entries'] LOOP
            name := parent || to_char(quarter AT TIME ZONE 'UTC', '_YYYY"q"Q');
            IF to_regclass(name) IS NULL THEN
                EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', name, parent,
                               first_id_of(quarter), first_id_of(quarter + interval '3 months'));
                made_count := made_count + 1;
            END IF;
        END LOOP;
        quarter := quarter + interval '3 months';
    END LOOP;
    RETURN made_count;
END
$$;
SELECT make_ledger_partitions(current_date, current_date + 730);
INSERT INTO deadlines (kind, about, due_at)
VALUES ('ledger_partitions', '00000000-0000-0000-0000-000000000000', now() + interval '90 days');

CREATE FUNCTION entries_are_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    unbalanced uuid;
BEGIN
    SELECT posting_id INTO unbalanced FROM written GROUP BY posting_id HAVING sum(amount_cents) <> 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the entries of posting % do not sum to zero', unbalanced
            USING ERRCODE = 'check_violation', CONSTRAINT = 'entries_of_a_posting_sum_to_zero';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER entries_of_a_posting_sum_to_zero AFTER INSERT ON entries
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION entries_are_balanced();

CREATE FUNCTION ledger_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is only ever added to: a correction is a new posting' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER postings_are_append_only BEFORE UPDATE OR DELETE ON postings
    FOR EACH ROW EXECUTE FUNCTION ledger_stays();
CREATE TRIGGER entries_are_append_only BEFORE UPDATE OR DELETE ON entries
    FOR EACH ROW EXECUTE FUNCTION ledger_stays();
CREATE TRIGGER postings_are_not_emptied BEFORE TRUNCATE ON postings
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_stays();
CREATE TRIGGER entries_are_not_emptied BEFORE TRUNCATE ON entries
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_stays();
