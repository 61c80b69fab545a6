-- The counter's numbers are data with a date, one row a policy pack; the law's ceilings are checked in the domain.
CREATE TABLE policies (
    name         text  NOT NULL,
    effective_on date  NOT NULL,
    body         jsonb NOT NULL,
    PRIMARY KEY (name, effective_on)
);
INSERT INTO policies (name, effective_on, body) VALUES
    ('nj-municipal', '1970-01-01',
     '{"check_stale_after_days": 180, "confirmation_good_for_minutes": 10, "payees": []}'),
    ('nj-bpu', '1970-01-01',
     '{"check_stale_after_days": 180, "confirmation_good_for_minutes": 10, "payees": []}');
