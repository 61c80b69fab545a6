-- Meters that were tested, and what is to be given back of each bill where one ran fast: proposed, then credited by form.
CREATE TABLE meter_tests (
    order_id             uuid        PRIMARY KEY,        -- of accounts: the order on which it was tested
    account_id           uuid        NOT NULL,
    agreement_id         uuid        NOT NULL,
    meter_id             uuid        NOT NULL,
    meter_serial         text        NOT NULL,
    tested_at            timestamptz NOT NULL,
    tested_on            date        NOT NULL,
    error_hundredths     int         NOT NULL,           -- of a percent, as it was found; fast is positive
    tolerance_hundredths int         NOT NULL,
    finding              text        NOT NULL,
    last_right_on        date        NOT NULL,           -- of the test before, or of the day it was hung
    wrong_since_on       date,                           -- from which day charges are given back
    heard_at             timestamptz NOT NULL,
    CONSTRAINT finding_is_known CHECK (finding IN ('fast', 'within', 'slow')),
    CONSTRAINT only_a_fast_meter_gives_back CHECK ((finding = 'fast') = (wrong_since_on IS NOT NULL))
);
CREATE INDEX meter_tests_by_account ON meter_tests (account_id, order_id DESC);
CREATE INDEX meter_tests_by_meter ON meter_tests (meter_id, tested_at DESC);

CREATE TABLE meter_test_credits (
    order_id      uuid   NOT NULL REFERENCES meter_tests,
    bill_id       uuid   NOT NULL REFERENCES bills,
    service       text   NOT NULL,
    charged_cents bigint NOT NULL,
    days_count    int    NOT NULL,                       -- of the bill's period on which the meter was wrong
    of_days       int    NOT NULL,
    amount_cents  bigint NOT NULL,
    PRIMARY KEY (order_id, bill_id, service),
    CONSTRAINT credit_of_a_fast_meter_is_positive CHECK (amount_cents > 0)
);
CREATE INDEX meter_test_credits_by_bill ON meter_test_credits (bill_id);

UPDATE policies SET body = body || jsonb '{
    "meter_tests": {
        "fast_over_hundredths": {"water": 150, "sewer": 200, "electric": 200, "other": 200},
        "unknown_since_percent": 50
    }
}';
