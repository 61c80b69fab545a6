-- Budget plans: equal amounts of a year's uneven charges; what is put off stands in a book of its own until the true-up.
ALTER TABLE postings
    DROP CONSTRAINT posting_kind_is_known,
    ADD CONSTRAINT posting_kind_is_known CHECK (kind IN (
        'bill', 'payment', 'payment_reversal', 'bill_cancellation', 'adjustment', 'dispute_decision',
        'deposit_receipt', 'deposit_reversal', 'deposit_interest', 'deposit_return', 'budget_true_up'
    ));
ALTER TABLE entries
    DROP CONSTRAINT book_is_known,
    ADD CONSTRAINT book_is_known CHECK (
        book IN ('receivable', 'cash', 'revenue', 'adjustment', 'deposit', 'deposit_interest', 'budget')
    );

-- Rulebook 3: ten to twelve equal months from last year's use. The other numbers are practice (verify).
UPDATE policies SET body = body || jsonb '{
    "budget_plans": {
        "months_at_least": 10,
        "months_at_most": 12,
        "history_from_days": 330,
        "round_up_to_cents": 100,
        "review_over_percent": 20,
        "ends_after_missed": 2,
        "true_up_within_days": 15
    }
}';

-- The terms are those of the day on which the customer agreed: a later policy is for later plans.
CREATE TABLE budget_plans (
    plan_id             uuid        PRIMARY KEY,
    agreement_id        uuid        NOT NULL,
    account_id          uuid        NOT NULL,
    version             int         NOT NULL DEFAULT 1,
    state               text        NOT NULL DEFAULT 'active',
    amount_cents        bigint      NOT NULL,        -- asked a month
    months_count        int         NOT NULL,        -- in which it is asked
    billed_cents        bigint      NOT NULL,        -- in the year before, which the amount was reckoned from
    days_count          int         NOT NULL,
    since_on            date        NOT NULL,        -- the end of the last bill before it
    until_on            date        NOT NULL,        -- about when the true-up comes
    round_up_to_cents   int         NOT NULL,
    review_over_percent int         NOT NULL,
    ends_after_missed   int         NOT NULL,
    true_up_within_days int         NOT NULL,
    enrolled_at         timestamptz NOT NULL,
    enrolled_by         text        NOT NULL,
    ended_on            date,
    ended_by            text,
    ended_why           text,
    CONSTRAINT budget_amount_is_not_negative CHECK (amount_cents >= 0),
    CONSTRAINT budget_plan_runs_forward CHECK (since_on < until_on),
    CONSTRAINT budget_plan_state_is_known CHECK (
        state IN ('active', 'completed', 'left', 'missed', 'service_stopped', 'account_closed')
    ),
    CONSTRAINT ended_budget_plan_says_when_and_by_whom CHECK (
        num_nulls(ended_on, ended_by) = CASE state WHEN 'active' THEN 2 ELSE 0 END
    )
);
CREATE UNIQUE INDEX an_agreement_is_on_one_budget_plan ON budget_plans (agreement_id) WHERE state = 'active';
CREATE INDEX budget_plans_by_agreement ON budget_plans (agreement_id, plan_id DESC);
CREATE INDEX budget_plans_by_account ON budget_plans (account_id, plan_id DESC);
CREATE INDEX budget_plans_by_state ON budget_plans (state, plan_id DESC);

-- What each posting of the ledger did to a plan. By service it stands in the entries of the book `budget`.
CREATE TABLE budget_plan_postings (
    posting_id     uuid   PRIMARY KEY,
    plan_id        uuid   NOT NULL REFERENCES budget_plans,
    account_id     uuid   NOT NULL,
    bill_id        uuid   NOT NULL REFERENCES bills,
    kind           text   NOT NULL,
    months_count   int    NOT NULL,                  -- whose amounts the bill asks; taken back, it is negative
    asked_cents    bigint NOT NULL,
    deferred_cents bigint NOT NULL,                  -- used more than asked; paid ahead is negative
    balance_cents  bigint NOT NULL,                  -- of the plan, after it
    effective_on   date   NOT NULL,
    CONSTRAINT budget_posting_kind_is_known CHECK (kind IN ('bill', 'bill_cancellation', 'true_up'))
);
CREATE INDEX budget_plan_postings_by_plan ON budget_plan_postings (plan_id, posting_id);
CREATE INDEX budget_plan_postings_by_bill ON budget_plan_postings (bill_id);
CREATE INDEX budget_plan_postings_by_account ON budget_plan_postings (account_id, effective_on);
CREATE TRIGGER budget_plan_postings_are_append_only BEFORE UPDATE OR DELETE ON budget_plan_postings
    FOR EACH ROW EXECUTE FUNCTION ledger_stays();
