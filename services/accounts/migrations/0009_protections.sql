-- Who may not be shut off for a while, and why (restricted); who needs care when a crew comes (restricted, lapses by itself).
CREATE TABLE protections (
    protection_id uuid        PRIMARY KEY,
    account_id    uuid        NOT NULL REFERENCES accounts,
    kind          text        NOT NULL,
    from_on       date        NOT NULL,
    through_on    date        NOT NULL,       -- the last day that is protected
    evidence      text        NOT NULL,
    recorded_at   timestamptz NOT NULL,
    recorded_by   text        NOT NULL,
    ended_on      date,                       -- the first day that is not protected any more
    ended_by      text,
    end_reason    text,
    CONSTRAINT protection_is_known CHECK (kind IN ('life_support', 'medical_emergency', 'winter', 'disaster')),
    CONSTRAINT protection_ends_after_it_began CHECK (through_on >= from_on),
    CONSTRAINT protection_was_ended_by_somebody CHECK (num_nulls(ended_on, ended_by, end_reason) IN (0, 3))
);
CREATE INDEX protections_by_account ON protections (account_id, through_on);

CREATE TABLE safety_flags (
    flag_id     uuid        PRIMARY KEY,
    account_id  uuid        NOT NULL REFERENCES accounts,
    facts       text        NOT NULL,
    measures    text[]      NOT NULL,
    review_on   date        NOT NULL,         -- it lapses on that day, unless it is set again
    recorded_at timestamptz NOT NULL,
    recorded_by text        NOT NULL,
    ended_at    timestamptz,
    ended_by    text,
    end_reason  text,
    CONSTRAINT flag_has_facts_and_measures CHECK (facts <> '' AND cardinality(measures) > 0),
    CONSTRAINT flag_was_ended_by_somebody CHECK (num_nulls(ended_at, ended_by, end_reason) IN (0, 3))
);
CREATE UNIQUE INDEX account_has_one_live_flag ON safety_flags (account_id) WHERE ended_at IS NULL;
CREATE INDEX safety_flags_by_account ON safety_flags (account_id, flag_id);
