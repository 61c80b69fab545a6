-- The desk: its rules as dated data, its categories with their targets, and the people who work at it.
CREATE TABLE policies (
    name         text  NOT NULL,
    effective_on date  NOT NULL,
    body         jsonb NOT NULL,
    PRIMARY KEY (name, effective_on)
);

CREATE TABLE categories (
    category        text   PRIMARY KEY,
    title           text   NOT NULL,
    department      text   NOT NULL,
    required_skill  text   NOT NULL,
    required_level  int    NOT NULL DEFAULT 1,
    optional_skills text[] NOT NULL DEFAULT '{}',
    weight          int    NOT NULL,
    privacy         text   NOT NULL,
    version         bigint NOT NULL DEFAULT 1,
    CONSTRAINT category_weighs_something CHECK (weight BETWEEN 1 AND 100),
    CONSTRAINT category_asks_a_level_of_skill CHECK (required_level BETWEEN 1 AND 5),
    CONSTRAINT category_is_ordinary_or_restricted CHECK (privacy IN ('ordinary', 'restricted'))
);

-- Minutes of business time by clock, in force from a day on. A category without a row for a clock is an alarm.
CREATE TABLE targets (
    category       text NOT NULL REFERENCES categories,
    clock          text NOT NULL,
    effective_on   date NOT NULL,
    target_minutes int  NOT NULL,
    PRIMARY KEY (category, clock, effective_on),
    CONSTRAINT target_is_of_a_known_clock CHECK (clock IN ('acknowledge', 'resolution')),
    CONSTRAINT target_takes_time CHECK (target_minutes BETWEEN 1 AND 1000000)
);

CREATE TABLE templates (
    template     text NOT NULL,
    effective_on date NOT NULL,
    body         text NOT NULL,
    PRIMARY KEY (template, effective_on),
    CONSTRAINT template_says_something CHECK (body <> '')
);

CREATE TABLE representatives (
    subject      text        PRIMARY KEY,
    name         text        NOT NULL,
    level        text        NOT NULL,
    availability text        NOT NULL,
    capacity     int         NOT NULL,
    version      bigint      NOT NULL DEFAULT 1,
    changed_at   timestamptz NOT NULL,
    CONSTRAINT representative_has_a_known_level
        CHECK (level IN ('representative', 'senior', 'supervisor', 'department_head')),
    CONSTRAINT representative_is_available_or_away CHECK (availability IN ('available', 'away')),
    CONSTRAINT capacity_is_not_negative CHECK (capacity BETWEEN 0 AND 10000)
);

CREATE TABLE representative_skills (
    subject text NOT NULL REFERENCES representatives,
    skill   text NOT NULL,
    level   int  NOT NULL,
    PRIMARY KEY (subject, skill),
    CONSTRAINT skill_level_is_one_to_five CHECK (level BETWEEN 1 AND 5)
);

CREATE TABLE representative_shifts (
    subject text NOT NULL REFERENCES representatives,
    weekday int  NOT NULL,
    starts  time NOT NULL,
    ends    time NOT NULL,
    PRIMARY KEY (subject, weekday, starts),
    CONSTRAINT weekday_is_monday_0_to_sunday_6 CHECK (weekday BETWEEN 0 AND 6),
    CONSTRAINT shift_ends_after_it_begins CHECK (ends > starts)
);
