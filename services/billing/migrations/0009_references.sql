-- What a reading was compared with stands on it; late readings and exchanged meters find their place; peers' usual use.
ALTER TABLE readings
    ADD COLUMN turned_units   bigint NOT NULL DEFAULT 0,   -- with the value: what dials without an end would show
    ADD COLUMN reference_kind text,
    ADD COLUMN reference_used bigint,                      -- in the meter's unit, over reference_days
    ADD COLUMN reference_days int,
    ADD COLUMN compared_used  bigint,                      -- of a flagged reading: since the last one a week or more ago
    ADD COLUMN compared_days  int,
    ADD COLUMN thresholds     jsonb,                       -- of a flagged reading: the policy that flagged it
    ADD COLUMN reread_asked_at timestamptz;

-- Dials that passed their end before: few meters ever did.
UPDATE readings r SET turned_units = t.turned_units
FROM (
    SELECT reading_id, sum(CASE WHEN state = 'accepted' THEN rolled_over_units ELSE 0 END)
        OVER (PARTITION BY agreement_id ORDER BY read_at, reading_id)
        + CASE WHEN state = 'accepted' THEN 0 ELSE rolled_over_units END AS turned_units
    FROM readings WHERE agreement_id IN (SELECT agreement_id FROM readings WHERE rolled_over_units > 0)
) AS t
WHERE r.reading_id = t.reading_id AND t.turned_units > 0;

-- Wider than before, so what is there meets them: nothing is scanned under a lock.
ALTER TABLE readings DROP CONSTRAINT reading_source_is_known;
ALTER TABLE readings ADD CONSTRAINT reading_source_is_known
    CHECK (source IN ('head_end', 'staff', 'start', 'stop', 'field', 'exchange')) NOT VALID;
ALTER TABLE readings ADD CONSTRAINT reference_has_a_kind_and_a_use
    CHECK (num_nulls(reference_kind, reference_used, reference_days) IN (0, 3)) NOT VALID;
ALTER TABLE readings ADD CONSTRAINT reference_kind_is_known
    CHECK (reference_kind IN ('same_season', 'last_periods', 'peers')) NOT VALID;

-- The usual use of those alike in a month of the year: what is looked at where a customer has no history.
CREATE TABLE peer_uses (
    commodity      text   NOT NULL,
    customer_class text   NOT NULL,
    meter_size     text   NOT NULL,                        -- empty where it is not known
    unit           text   NOT NULL,
    month          int    NOT NULL,
    used           bigint NOT NULL,
    days_count     int    NOT NULL,
    peers_count    int    NOT NULL,
    found_on       date   NOT NULL,
    PRIMARY KEY (commodity, customer_class, meter_size, unit, month),
    CONSTRAINT month_is_of_the_year CHECK (month BETWEEN 1 AND 12)
);
INSERT INTO deadlines (kind, about, due_at)
VALUES ('peer_uses', '00000000-0000-0000-0000-000000000000', now() + interval '1 day');

UPDATE policies SET body = jsonb_set(body, '{readings}', body -> 'readings' || jsonb '{
    "season_within_days": 15,
    "season_from_days": 20,
    "peers_from_count": 20,
    "estimates_in_a_row": 2,
    "actual_within_days": 183
}');
