-- Letters as they were drawn up, with the day they were mailed; what lacks a fact; what was started from a bill's review.
CREATE TABLE letters (
    letter_id        uuid        PRIMARY KEY,
    kind             text        NOT NULL,
    about_id         uuid        NOT NULL,          -- the bill, adjustment, cancellation, dispute or test order
    account_id       uuid        NOT NULL,
    bill_id          uuid        REFERENCES bills,
    language         text        NOT NULL,
    template_version int         NOT NULL,
    facts            jsonb       NOT NULL,
    drawn_up_at      timestamptz NOT NULL,
    drawn_up_on      date        NOT NULL,          -- the town's day, which stands on the letter
    drawn_up_by      text        NOT NULL,
    state            text        NOT NULL DEFAULT 'waiting',
    mailed_on        date,                          -- the postmark: it starts legal clocks
    mailed_at        timestamptz,
    mailed_by        text,
    voided_at        timestamptz,
    voided_by        text,
    voided_why       text,
    CONSTRAINT letter_kind_is_known CHECK (kind IN (
        'high_bill_findings', 'bill_explanation', 'adjustment', 'cancellation', 'dispute_decision', 'meter_test_result'
    )),
    CONSTRAINT letter_language_is_known CHECK (language IN ('en', 'es')),
    CONSTRAINT letter_waits_is_mailed_or_voided CHECK (state IN ('waiting', 'mailed', 'voided')),
    CONSTRAINT only_a_mailed_letter_has_a_postmark CHECK (
        num_nonnulls(mailed_on, mailed_at, mailed_by) = CASE state WHEN 'mailed' THEN 3 ELSE 0 END
    ),
    CONSTRAINT only_a_voided_letter_says_why CHECK (
        num_nonnulls(voided_at, voided_by, voided_why) = CASE state WHEN 'voided' THEN 3 ELSE 0 END
    ),
    CONSTRAINT nothing_is_mailed_before_it_is_drawn_up CHECK (mailed_on >= drawn_up_on)
);
CREATE UNIQUE INDEX a_matter_has_one_letter ON letters (kind, about_id) WHERE state <> 'voided';
CREATE INDEX letters_by_matter ON letters (about_id);
CREATE INDEX letters_by_account ON letters (account_id, letter_id DESC);
CREATE INDEX letters_by_bill ON letters (bill_id);
CREATE INDEX letters_by_state ON letters (state, letter_id DESC);

-- A letter is kept as it was drawn up: only that it was mailed, or voided, is added, and that once.
CREATE FUNCTION letters_stay_as_drawn_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.state = 'waiting' AND
       (to_jsonb(OLD) - '{state,mailed_on,mailed_at,mailed_by,voided_at,voided_by,voided_why}'::text[])
       = (to_jsonb(NEW) - '{state,mailed_on,mailed_at,mailed_by,voided_at,voided_by,voided_why}'::text[]) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a letter is kept as it was drawn up, mailed or voided' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER letters_are_kept BEFORE UPDATE OR DELETE ON letters
    FOR EACH ROW EXECUTE FUNCTION letters_stay_as_drawn_up();

-- A letter that should have followed and lacks a fact. It counts until a letter about the same matter stands.
CREATE TABLE letter_exceptions (
    exception_id uuid        PRIMARY KEY,
    kind         text        NOT NULL,
    about_id     uuid        NOT NULL,
    account_id   uuid        NOT NULL,
    missing      text[]      NOT NULL,
    found_at     timestamptz NOT NULL,
    CONSTRAINT a_matter_is_one_letter_exception UNIQUE (kind, about_id),
    CONSTRAINT letter_exception_names_a_fact CHECK (cardinality(missing) > 0)
);
CREATE INDEX letter_exceptions_by_account ON letter_exceptions (account_id);

-- Field work that a person asked accounts for when she looked at a bill, and how far it has come.
CREATE TABLE review_orders (
    order_id     uuid        PRIMARY KEY,           -- accounts keeps it: its order has the same id
    bill_id      uuid        NOT NULL REFERENCES bills,
    kind         text        NOT NULL,
    reason       text        NOT NULL,              -- which possible reason of the review led to it
    finding      text        NOT NULL,
    why          text        NOT NULL,
    asked_at     timestamptz NOT NULL,
    asked_by     text        NOT NULL,
    state        text        NOT NULL DEFAULT 'asked',
    state_at     timestamptz NOT NULL,
    scheduled_on date,
    reason_code  text,
    CONSTRAINT review_order_kind_is_known CHECK (kind IN ('reread', 'leak_check', 'meter_test')),
    CONSTRAINT review_order_state_is_known CHECK (
        state IN ('asked', 'requested', 'scheduled', 'dispatched', 'not_completed', 'completed', 'cancelled')
    )
);
CREATE UNIQUE INDEX a_bill_has_one_open_order_of_a_kind ON review_orders (bill_id, kind)
    WHERE state NOT IN ('completed', 'cancelled');
CREATE INDEX review_orders_by_bill ON review_orders (bill_id);

CREATE TABLE review_adjustments (
    adjustment_id uuid PRIMARY KEY REFERENCES adjustments,
    bill_id       uuid NOT NULL REFERENCES bills,
    reason        text NOT NULL,
    finding       text NOT NULL
);
CREATE INDEX review_adjustments_by_bill ON review_adjustments (bill_id);
