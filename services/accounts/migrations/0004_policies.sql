-- What the town has set, by pack and by the day from which it holds.
CREATE TABLE policies (
    name         text  NOT NULL,
    effective_on date  NOT NULL,
    body         jsonb NOT NULL,
    CONSTRAINT policy_holds_from_a_day PRIMARY KEY (name, effective_on)
);

-- Municipal utilities have no hours in the law (N.J.S.A. 40A:31-12); state-regulated ones shut homes off
-- Monday to Thursday, 8:00 to 16:00, never on or before a holiday (N.J.A.C. 14:3-3A).
INSERT INTO policies VALUES
('nj-municipal', '1900-01-01', '{"shutoff": {"answer_within_seconds": 60, "hours": null}}'),
('nj-bpu', '1900-01-01', '{"shutoff": {"answer_within_seconds": 60, "hours": {
    "uses": ["residential"],
    "open": {"monday": [["08:00", "16:00"]], "tuesday": [["08:00", "16:00"]],
             "wednesday": [["08:00", "16:00"]], "thursday": [["08:00", "16:00"]]},
    "closed": ["holiday", "day_before_holiday"]}}}');
