-- Errors put right with a name and an approval: cancelled bills, adjustments, review before issue, disputes.
ALTER TABLE charges
    ADD COLUMN credited_cents bigint NOT NULL DEFAULT 0,   -- taken off by a cancellation or an adjustment
    ADD COLUMN disputed_cents bigint NOT NULL DEFAULT 0,   -- not asked for while the dispute is open
    DROP CONSTRAINT charge_is_paid_between_nothing_and_all,
    ADD CONSTRAINT charge_is_paid_between_nothing_and_all CHECK (open_cents BETWEEN 0 AND amount_cents - credited_cents),
    ADD CONSTRAINT what_is_taken_off_and_disputed_is_not_negative CHECK (credited_cents >= 0 AND disputed_cents >= 0);

ALTER TABLE postings
    DROP CONSTRAINT posting_kind_is_known,
    DROP CONSTRAINT only_a_reversal_reverses,
    ADD CONSTRAINT posting_kind_is_known CHECK (kind IN (
        'bill', 'payment', 'payment_reversal', 'bill_cancellation', 'adjustment', 'dispute_decision'
    )),
    ADD CONSTRAINT only_a_reversal_reverses CHECK (
        (reverses IS NOT NULL) = (kind IN ('payment_reversal', 'bill_cancellation'))
    );
ALTER TABLE entries
    DROP CONSTRAINT book_is_known,
    ADD CONSTRAINT book_is_known CHECK (book IN ('receivable', 'cash', 'revenue', 'adjustment'));

-- What needs another person's approval, and what a review shows as standing out (practice).
UPDATE policies SET body = body || jsonb '{
    "corrections": {
        "approval_over_cents": {
            "cancellation": 0, "leak": 5000, "high_bill": 5000, "meter_error": 5000, "penalty_waiver": 2500,
            "courtesy": 2500, "back_bill": 0, "write_off": 0
        },
        "run_released_by": "another_person",
        "review_high_percent": 200,
        "review_low_percent": 50,
        "review_floor_cents": 1000,
        "upheld_due_after_days": 15
    }
}';

CREATE TABLE bill_cancellations (
    cancellation_id uuid        PRIMARY KEY,
    bill_id         uuid        NOT NULL REFERENCES bills,
    account_id      uuid        NOT NULL,
    reason_code     text        NOT NULL,
    why             text        NOT NULL,
    state           text        NOT NULL,
    proposed_at     timestamptz NOT NULL,
    proposed_by     text        NOT NULL,
    decided_at      timestamptz,
    decided_by      text,                        -- nobody, where policy asks for no second person
    decided_why     text,
    posting_id      uuid,                        -- none for a bill that was still held
    rebilled_as     uuid        REFERENCES bills,
    CONSTRAINT cancellation_is_proposed_approved_or_refused CHECK (state IN ('proposed', 'approved', 'refused')),
    CONSTRAINT nobody_approves_their_own_cancellation CHECK (state <> 'approved' OR decided_by <> proposed_by),
    CONSTRAINT decided_cancellation_has_its_moment CHECK ((state = 'proposed') = (decided_at IS NULL)),
    CONSTRAINT only_a_cancelled_bill_is_billed_anew CHECK (rebilled_as IS NULL OR state = 'approved')
);
CREATE UNIQUE INDEX a_bill_is_cancelled_once ON bill_cancellations (bill_id) WHERE state <> 'refused';
CREATE INDEX bill_cancellations_by_bill ON bill_cancellations (bill_id);
CREATE INDEX bill_cancellations_by_new_bill ON bill_cancellations (rebilled_as);
CREATE INDEX bill_cancellations_by_account ON bill_cancellations (account_id, cancellation_id DESC);
CREATE INDEX bill_cancellations_by_state ON bill_cancellations (state, cancellation_id DESC);

CREATE TABLE adjustments (
    adjustment_id uuid        PRIMARY KEY,
    account_id    uuid        NOT NULL,
    bill_id       uuid        REFERENCES bills,
    form          text        NOT NULL,
    cause         text        NOT NULL,
    total_cents   bigint      NOT NULL,          -- a credit to the customer is negative
    why           text        NOT NULL,
    state         text        NOT NULL,
    proposed_at   timestamptz NOT NULL,
    proposed_by   text        NOT NULL,
    decided_at    timestamptz,
    decided_by    text,                          -- nobody, where policy asks for no second person
    decided_why   text,
    posting_id    uuid,
    CONSTRAINT adjustment_form_is_known CHECK (form IN (
        'leak', 'high_bill', 'meter_error', 'penalty_waiver', 'courtesy', 'back_bill', 'write_off'
    )),
    CONSTRAINT only_a_back_bill_charges CHECK (total_cents <> 0 AND (total_cents > 0) = (form = 'back_bill')),
    CONSTRAINT adjustment_is_proposed_approved_or_refused CHECK (state IN ('proposed', 'approved', 'refused')),
    CONSTRAINT nobody_approves_their_own_adjustment CHECK (state <> 'approved' OR decided_by <> proposed_by),
    CONSTRAINT decided_adjustment_has_its_moment CHECK ((state = 'proposed') = (decided_at IS NULL)),
    CONSTRAINT approved_adjustment_is_on_the_ledger CHECK ((state = 'approved') = (posting_id IS NOT NULL))
);
CREATE INDEX adjustments_by_account ON adjustments (account_id, adjustment_id DESC);
CREATE INDEX adjustments_by_bill ON adjustments (bill_id);
CREATE INDEX adjustments_by_state ON adjustments (state, adjustment_id DESC);

CREATE TABLE adjustment_lines (
    adjustment_id uuid   NOT NULL REFERENCES adjustments,
    service       text   NOT NULL,
    amount_cents  bigint NOT NULL,
    PRIMARY KEY (adjustment_id, service),
    CONSTRAINT adjustment_line_is_not_nothing CHECK (amount_cents <> 0)
);

-- A run for review: what stands out goes by the policy of the day on which it was asked for.
CREATE TABLE run_reviews (
    job_id         uuid        PRIMARY KEY,
    asked_by       text        NOT NULL,
    asked_at       timestamptz NOT NULL,
    high_percent   int         NOT NULL,
    low_percent    int         NOT NULL,
    floor_cents    bigint      NOT NULL,
    released_at    timestamptz,
    released_by    text,
    release_job_id uuid,
    CONSTRAINT release_has_a_name_and_a_job CHECK (num_nulls(released_at, released_by, release_job_id) IN (0, 3))
);

CREATE TABLE bill_holds (
    bill_id uuid        PRIMARY KEY REFERENCES bills,
    why     text        NOT NULL,
    held_at timestamptz NOT NULL,
    held_by text        NOT NULL
);

CREATE TABLE disputes (
    dispute_id    uuid        PRIMARY KEY,
    account_id    uuid        NOT NULL,
    bill_id       uuid        NOT NULL REFERENCES bills,
    reason_code   text        NOT NULL,
    why           text        NOT NULL,
    state         text        NOT NULL,
    opened_at     timestamptz NOT NULL,
    opened_by     text        NOT NULL,
    decided_at    timestamptz,
    decided_by    text,
    decided_why   text,
    due_on        date,                          -- of what was left of the disputed part
    adjustment_id uuid        REFERENCES adjustments,
    posting_id    uuid,
    CONSTRAINT dispute_state_is_known CHECK (state IN ('open', 'upheld', 'adjusted', 'withdrawn', 'bill_cancelled')),
    CONSTRAINT decided_dispute_has_a_name_and_a_reason CHECK (
        num_nulls(decided_at, decided_by, decided_why) = CASE state WHEN 'open' THEN 3 ELSE 0 END
    ),
    CONSTRAINT only_an_adjusted_dispute_names_an_adjustment CHECK ((adjustment_id IS NOT NULL) = (state = 'adjusted'))
);
CREATE UNIQUE INDEX a_bill_has_one_open_dispute ON disputes (bill_id) WHERE state = 'open';
CREATE INDEX disputes_by_bill ON disputes (bill_id);
CREATE INDEX disputes_by_adjustment ON disputes (adjustment_id);
CREATE INDEX disputes_by_account ON disputes (account_id, dispute_id DESC);
CREATE INDEX disputes_by_state ON disputes (state, dispute_id DESC);

CREATE TABLE dispute_lines (
    dispute_id   uuid   NOT NULL REFERENCES disputes,
    service      text   NOT NULL,
    amount_cents bigint NOT NULL,
    PRIMARY KEY (dispute_id, service),
    CONSTRAINT disputed_amount_is_positive CHECK (amount_cents > 0)
);
