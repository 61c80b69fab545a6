-- What the city licenses is data: the form, the fee and the rules of each type, each in force from a day and never changed after.

CREATE TABLE license_types (
    license_type_id uuid PRIMARY KEY DEFAULT uuidv7(),
    code            text NOT NULL,
    name            text NOT NULL,
    kind            text NOT NULL,
    citation        text NOT NULL,
    number_prefix   text NOT NULL,
    offered_from    date NOT NULL,
    offered_until   date,
    CONSTRAINT license_type_code_is_used_once UNIQUE (code),
    CONSTRAINT license_type_code_is_a_plain_word CHECK (code ~ '^[a-z][a-z0-9_]{0,39}$'),
    CONSTRAINT license_type_kind_is_known CHECK (kind IN ('license', 'certificate', 'permit', 'copy', 'request')),
    CONSTRAINT number_prefix_is_short_capitals CHECK (number_prefix ~ '^[A-Z]{2,6}$'),
    CONSTRAINT number_prefix_is_used_once UNIQUE (number_prefix),
    CONSTRAINT license_type_is_offered_before_it_ends CHECK (offered_until > offered_from)
);

CREATE TABLE forms (
    form_id         uuid PRIMARY KEY DEFAULT uuidv7(),
    license_type_id uuid NOT NULL REFERENCES license_types,
    form_version    int NOT NULL,
    effective_on    date NOT NULL,
    schema          jsonb NOT NULL,
    CONSTRAINT form_version_counts_from_one CHECK (form_version >= 1),
    CONSTRAINT form_version_is_used_once UNIQUE (license_type_id, form_version),
    CONSTRAINT one_form_takes_effect_a_day UNIQUE (license_type_id, effective_on)
);

CREATE TABLE fee_schedules (
    fee_schedule_id uuid PRIMARY KEY DEFAULT uuidv7(),
    license_type_id uuid NOT NULL REFERENCES license_types,
    effective_on    date NOT NULL,
    body            jsonb NOT NULL,
    set_by          text NOT NULL,
    set_at          timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT one_fee_schedule_takes_effect_a_day UNIQUE (license_type_id, effective_on)
);

CREATE TABLE rule_sets (
    rule_set_id     uuid PRIMARY KEY DEFAULT uuidv7(),
    license_type_id uuid NOT NULL REFERENCES license_types,
    effective_on    date NOT NULL,
    body            jsonb NOT NULL,
    CONSTRAINT one_rule_set_takes_effect_a_day UNIQUE (license_type_id, effective_on)
);
