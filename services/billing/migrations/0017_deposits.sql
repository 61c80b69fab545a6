-- Deposits: asked for by a decision of accounts, kept as a liability in a book of its own, given back with interest.
ALTER TABLE postings
    DROP CONSTRAINT posting_kind_is_known,
    DROP CONSTRAINT only_a_reversal_reverses,
    ADD CONSTRAINT posting_kind_is_known CHECK (kind IN (
        'bill', 'payment', 'payment_reversal', 'bill_cancellation', 'adjustment', 'dispute_decision',
        'deposit_receipt', 'deposit_reversal', 'deposit_interest', 'deposit_return'
    )),
    ADD CONSTRAINT only_a_reversal_reverses CHECK (
        (reverses IS NOT NULL) = (kind IN ('payment_reversal', 'bill_cancellation', 'deposit_reversal'))
    );
ALTER TABLE entries
    DROP CONSTRAINT book_is_known,
    ADD CONSTRAINT book_is_known CHECK (
        book IN ('receivable', 'cash', 'revenue', 'adjustment', 'deposit', 'deposit_interest')
    );

-- N.J.A.C. 14:3-3.4(b), 3.5. The Board names the rate of each year; until the town enters it, no interest is reckoned.
UPDATE policies SET body = body || jsonb '{
    "deposits": {
        "at_most_monthly_bills": 2,
        "review_after_years": {"residential": 1, "other": 2},
        "notices_at_most": 0,
        "interest_hundredths": {"1970": 0}
    }
}';

CREATE TABLE deposits (
    deposit_id   uuid        PRIMARY KEY,
    account_id   uuid        NOT NULL,
    pack         text        NOT NULL,           -- by whose policies it is kept
    amount_cents bigint      NOT NULL,
    reason_code  text        NOT NULL,
    decided_on   date        NOT NULL,
    most_cents   bigint,                         -- that could be asked in all; null where there was no bill to go by
    state        text        NOT NULL,
    payment_id   uuid        UNIQUE,             -- that is kept as the deposit
    receipt_id   uuid,                           -- the posting that keeps it
    received_on  date,                           -- when the payment was received: interest begins
    received_by  text,
    since_on     date,                           -- received, or last reviewed, when its interest was credited
    kept_for     text,                           -- why the last review did not give it back
    returned_on  date,
    returned_for text,
    CONSTRAINT deposit_is_positive CHECK (amount_cents > 0),
    CONSTRAINT deposit_state_is_known CHECK (state IN ('asked', 'refused', 'withdrawn', 'held', 'returned')),
    CONSTRAINT deposit_that_was_paid_names_its_payment CHECK (
        num_nulls(payment_id, receipt_id, received_on, received_by, since_on)
        = CASE WHEN state IN ('held', 'returned') THEN 0 ELSE 5 END
    ),
    CONSTRAINT returned_deposit_says_when_and_why CHECK (
        num_nulls(returned_on, returned_for) = CASE state WHEN 'returned' THEN 0 ELSE 2 END
    ),
    CONSTRAINT deposit_is_kept_for_a_known_reason CHECK (kept_for IN ('past_due', 'notices')),
    CONSTRAINT deposit_is_returned_for_a_known_reason CHECK (returned_for IN ('review', 'service_ended'))
);
CREATE INDEX deposits_by_account ON deposits (account_id, deposit_id DESC);
CREATE INDEX deposits_that_are_held ON deposits (account_id) WHERE state = 'held';
CREATE INDEX deposits_that_are_asked ON deposits (account_id) WHERE state = 'asked';

-- What a deposit earned: a line for each rate that held while it was kept; those credited on one day were rounded once.
CREATE TABLE deposit_interest (
    deposit_id      uuid NOT NULL REFERENCES deposits,
    from_on         date NOT NULL,
    until_on        date NOT NULL,               -- the day after the last one counted
    rate_hundredths int  NOT NULL,               -- of a percent a year
    rate_since      text NOT NULL,               -- the year of the table whose rate held
    credited_on     date NOT NULL,
    PRIMARY KEY (deposit_id, from_on),
    CONSTRAINT interest_is_for_some_days CHECK (from_on < until_on)
);
