-- Readings as the dials showed them, with the use and the flags that they were given. Never deleted: superseded.
CREATE TABLE readings (
    reading_id          uuid        PRIMARY KEY,
    agreement_id        uuid        NOT NULL,
    account_id          uuid        NOT NULL,
    meter_id            uuid        NOT NULL,
    value               bigint      NOT NULL,
    read_at             timestamptz NOT NULL,
    read_on             date        NOT NULL,
    quality             text        NOT NULL,
    source              text        NOT NULL,
    state               text        NOT NULL,
    flags               text[]      NOT NULL,
    rolled_over_units   bigint      NOT NULL,   -- 10^dials where the dials passed their end, else 0
    used_units          bigint      NOT NULL,   -- dial units since the accepted reading before it
    days_count          int         NOT NULL,
    previous_reading_id uuid,
    taken_at            timestamptz NOT NULL,
    taken_by            text        NOT NULL,
    reviewed_at         timestamptz,
    reviewed_by         text,
    review_why          text,
    superseded_by       uuid        REFERENCES readings DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT reading_is_not_negative CHECK (value >= 0),
    CONSTRAINT reading_quality_is_known CHECK (quality IN ('actual', 'estimated', 'customer')),
    CONSTRAINT reading_source_is_known CHECK (source IN ('head_end', 'staff', 'start', 'stop')),
    CONSTRAINT reading_state_is_known CHECK (state IN ('accepted', 'flagged', 'superseded')),
    CONSTRAINT flagged_reading_has_flags CHECK (state <> 'flagged' OR cardinality(flags) > 0),
    CONSTRAINT superseded_reading_names_the_one_that_stands CHECK ((state = 'superseded') = (superseded_by IS NOT NULL)),
    CONSTRAINT review_has_a_name_and_a_reason CHECK (num_nulls(reviewed_at, reviewed_by, review_why) IN (0, 3))
);
CREATE UNIQUE INDEX one_reading_stands_at_a_moment ON readings (agreement_id, read_at) WHERE state <> 'superseded';
CREATE UNIQUE INDEX service_starts_with_one_reading ON readings (agreement_id) WHERE source = 'start';
CREATE UNIQUE INDEX service_stops_with_one_reading ON readings (agreement_id) WHERE source = 'stop';
CREATE INDEX readings_by_agreement ON readings (agreement_id, reading_id DESC);
CREATE INDEX readings_by_account ON readings (account_id, reading_id DESC);
CREATE INDEX readings_that_wait ON readings (reading_id) WHERE state = 'flagged';
CREATE INDEX readings_by_successor ON readings (superseded_by) WHERE superseded_by IS NOT NULL;

CREATE FUNCTION readings_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a reading is never deleted: it is superseded' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER readings_are_never_deleted BEFORE DELETE OR TRUNCATE ON readings
    FOR EACH STATEMENT EXECUTE FUNCTION readings_stay();
