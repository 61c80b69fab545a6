-- Billing's numbers are data with a date, one row a policy pack; the law's limits are checked in the domain.
CREATE TABLE policies (
    name         text  NOT NULL,
    effective_on date  NOT NULL,
    body         jsonb NOT NULL,
    PRIMARY KEY (name, effective_on)
);

INSERT INTO policies (name, effective_on, body)
SELECT pack.name, '1970-01-01', pack.own || common.body
FROM (VALUES
    ('nj-municipal', jsonb '{"due_after_days": 30, "notice_after_due_days": 30,
                             "arrears_over_cents": 0, "arrears_over_days": 0}'),
    ('nj-bpu',       jsonb '{"due_after_days": 20, "notice_after_due_days": 0,
                             "arrears_over_cents": 20000, "arrears_over_days": 90}')
) AS pack (name, own),
(VALUES (jsonb '{
    "shutoff_after_notice_days": 10,
    "shutoff_after_return_days": 10,
    "confirmation_good_for_minutes": 10,
    "first_bill_held_for": ["turn_on"],
    "service_priority": ["water", "sewer", "electric", "other"],
    "readings": {
        "clock_skew_minutes": 5,
        "compared_from_days": 7,
        "low_percent": 35,
        "high_percent": 200,
        "very_high_percent": 400,
        "high_floor_per_day": {"hcf": 1, "ccf": 1, "cf": 50, "kgal": 1, "gal": 400, "kwh": 30},
        "rollover_per_day_max": {"hcf": 400, "ccf": 400, "cf": 40000, "kgal": 300, "gal": 300000, "kwh": 2000}
    }
}')) AS common (body);
