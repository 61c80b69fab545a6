-- Refunds: credit that another person approved to be paid out; a liability until payments tells that it was.
ALTER TABLE postings
    ADD COLUMN tender text,                      -- of a payment: how long it takes to clear
    DROP CONSTRAINT posting_kind_is_known,
    ADD CONSTRAINT posting_kind_is_known CHECK (kind IN (
        'bill', 'payment', 'payment_reversal', 'bill_cancellation', 'adjustment', 'dispute_decision',
        'deposit_receipt', 'deposit_reversal', 'deposit_interest', 'deposit_return', 'budget_true_up',
        'refund', 'refund_payment', 'refund_return'
    ));
ALTER TABLE entries
    DROP CONSTRAINT book_is_known,
    ADD CONSTRAINT book_is_known CHECK (
        book IN (
            'receivable', 'cash', 'revenue', 'adjustment', 'deposit', 'deposit_interest', 'budget', 'refund_payable'
        )
    );

-- After how many days nobody is expected to take a payment back (practice; a town sets its own).
UPDATE policies SET body = body || jsonb '{
    "refunds": {
        "cleared_after_days": {
            "cash": 0, "check": 10, "money_order": 10, "card": 10, "lockbox": 10, "online": 10
        }
    }
}';

CREATE TABLE refunds (
    refund_id         uuid        PRIMARY KEY,
    account_id        uuid        NOT NULL,
    amount_cents      bigint      NOT NULL,
    why               text        NOT NULL,
    state             text        NOT NULL,
    proposed_at       timestamptz NOT NULL,
    proposed_by       text        NOT NULL,
    decided_at        timestamptz,
    decided_by        text,
    decided_why       text,
    payee             text,                      -- as the account's holder was called when it was approved
    mail_to           text,
    posting_id        uuid,                      -- that took the credit
    paid_posting_id   uuid,
    check_number      text,
    paid_on           date,
    voided_posting_id uuid,                      -- that gave it back
    void_reason_code  text,
    voided_on         date,
    CONSTRAINT refund_is_positive CHECK (amount_cents > 0),
    CONSTRAINT refund_state_is_known CHECK (state IN ('proposed', 'refused', 'approved', 'paid', 'voided')),
    CONSTRAINT nobody_approves_their_own_refund CHECK (state IN ('proposed', 'refused') OR decided_by <> proposed_by),
    CONSTRAINT decided_refund_says_when_and_why CHECK (
        num_nulls(decided_at, decided_by, decided_why) = CASE state WHEN 'proposed' THEN 3 ELSE 0 END
    ),
    CONSTRAINT approved_refund_is_on_the_ledger_and_has_a_payee CHECK (
        num_nulls(posting_id, payee, mail_to) = CASE WHEN state IN ('proposed', 'refused') THEN 3 ELSE 0 END
    ),
    CONSTRAINT paid_refund_names_its_check_and_day CHECK (
        num_nulls(paid_posting_id, check_number, paid_on) IN (0, 3) AND (state <> 'paid' OR paid_on IS NOT NULL)
    ),
    CONSTRAINT voided_refund_says_when_and_why CHECK (
        num_nulls(voided_posting_id, void_reason_code, voided_on) = CASE state WHEN 'voided' THEN 0 ELSE 3 END
    )
);
CREATE UNIQUE INDEX one_refund_of_an_account_waits_for_approval ON refunds (account_id) WHERE state = 'proposed';
CREATE INDEX refunds_by_account ON refunds (account_id, refund_id DESC);
CREATE INDEX refunds_by_state ON refunds (state, refund_id DESC);
