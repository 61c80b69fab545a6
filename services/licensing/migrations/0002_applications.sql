-- Applications, what must be corrected on them, what was decided, what was paid, and what was issued.

CREATE SEQUENCE application_serials;
CREATE SEQUENCE license_serials;
-- Invoice numbers begin with a nine, so that nobody at the counter takes one for an account number.
CREATE SEQUENCE invoice_serials MINVALUE 900000001 MAXVALUE 999999999;

CREATE TABLE applications (
    application_id     uuid PRIMARY KEY,
    application_number text NOT NULL,
    license_type_id    uuid NOT NULL REFERENCES license_types,
    form_id            uuid NOT NULL REFERENCES forms,
    fee_schedule_id    uuid NOT NULL REFERENCES fee_schedules,
    rule_set_id        uuid NOT NULL REFERENCES rule_sets,
    purpose            text NOT NULL DEFAULT 'new',
    license_id         uuid,
    applicant_name     text NOT NULL,
    applicant_contact  jsonb NOT NULL,
    applicant_subject  text,
    person_id          uuid,
    filed_by           text NOT NULL,
    state              text NOT NULL,
    round_number       int NOT NULL,
    submitted_at       timestamptz NOT NULL,
    respond_by         date,
    starts_on          date,
    expires_on         date,
    period_starts_on   date,
    version            bigint NOT NULL,
    CONSTRAINT application_number_is_used_once UNIQUE (application_number),
    CONSTRAINT application_purpose_is_known CHECK (purpose IN ('new', 'renewal', 'amendment')),
    CONSTRAINT application_state_is_known CHECK (state IN (
        'draft', 'submitted', 'under_review', 'inspection', 'corrections_requested', 'resubmitted', 'awaiting_payment',
        'paid', 'issued', 'denied', 'appealed', 'withdrawn', 'abandoned')),
    CONSTRAINT corrections_have_a_day_to_answer_by CHECK (state <> 'corrections_requested' OR respond_by IS NOT NULL),
    CONSTRAINT approval_grants_a_term CHECK (
        state NOT IN ('awaiting_payment', 'paid', 'issued') OR num_nulls(starts_on, expires_on, period_starts_on) = 0),
    CONSTRAINT term_ends_after_it_starts CHECK (expires_on >= starts_on),
    CONSTRAINT round_number_counts_from_one CHECK (round_number >= 1)
);
CREATE INDEX applications_by_type ON applications (license_type_id, submitted_at, application_id);
CREATE INDEX applications_by_state ON applications (state, submitted_at, application_id);
CREATE INDEX applications_by_time ON applications (submitted_at, application_id);
CREATE INDEX applications_by_form ON applications (form_id);
CREATE INDEX applications_by_fee_schedule ON applications (fee_schedule_id);
CREATE INDEX applications_by_rule_set ON applications (rule_set_id);

CREATE TABLE submissions (
    submission_id  uuid PRIMARY KEY DEFAULT uuidv7(),
    application_id uuid NOT NULL REFERENCES applications,
    round_number   int NOT NULL,
    answers        jsonb NOT NULL,
    submitted_by   text NOT NULL,
    submitted_at   timestamptz NOT NULL,
    CONSTRAINT one_submission_a_round UNIQUE (application_id, round_number)
);

CREATE TABLE deficiencies (
    deficiency_id    uuid PRIMARY KEY,
    application_id   uuid NOT NULL REFERENCES applications,
    standing         text NOT NULL,
    requirement_code text,
    fields           jsonb NOT NULL,
    reason_code      text NOT NULL,
    citation         text NOT NULL,
    found            text NOT NULL,
    remedy           text NOT NULL,
    evidence         text NOT NULL,
    due_on           date NOT NULL,
    raised_round     int NOT NULL,
    raised_by        text NOT NULL,
    raised_at        timestamptz NOT NULL,
    closed_at        timestamptz,
    closed_by        text,
    closed_why       text,
    CONSTRAINT deficiency_standing_is_known CHECK (standing IN ('open', 'cleared', 'waived')),
    CONSTRAINT closed_item_says_when_by_whom_and_why
        CHECK ((standing <> 'open') = (num_nulls(closed_at, closed_by, closed_why) = 0)),
    CONSTRAINT deficiency_says_what_to_do CHECK (remedy <> '')
);
CREATE INDEX deficiencies_of_application ON deficiencies (application_id, deficiency_id);
CREATE INDEX deficiencies_by_reason ON deficiencies (reason_code, raised_at);

CREATE TABLE waivers (
    waiver_id        uuid PRIMARY KEY DEFAULT uuidv7(),
    application_id   uuid NOT NULL REFERENCES applications,
    requirement_code text NOT NULL,
    why              text NOT NULL,
    waived_by        text NOT NULL,
    waived_at        timestamptz NOT NULL,
    lapsed_at        timestamptz,
    CONSTRAINT waiver_gives_a_reason CHECK (why <> '')
);
CREATE UNIQUE INDEX requirement_is_waived_once_at_a_time ON waivers (application_id, requirement_code)
    WHERE lapsed_at IS NULL;

CREATE TABLE invoices (
    invoice_id     uuid PRIMARY KEY,
    invoice_number text NOT NULL,
    application_id uuid NOT NULL REFERENCES applications,
    amount_cents   bigint NOT NULL,
    lines          jsonb NOT NULL,
    raised_on      date NOT NULL,
    cancelled_on   date,
    CONSTRAINT invoice_number_is_used_once UNIQUE (invoice_number),
    CONSTRAINT applicant_is_invoiced_once UNIQUE (application_id),
    CONSTRAINT invoice_is_positive CHECK (amount_cents > 0)
);

CREATE TABLE invoice_payments (
    payment_id    uuid PRIMARY KEY,
    invoice_id    uuid NOT NULL REFERENCES invoices,
    amount_cents  bigint NOT NULL,
    posted_at     timestamptz,
    taken_back_at timestamptz,
    CONSTRAINT invoice_payment_is_positive CHECK (amount_cents > 0),
    CONSTRAINT invoice_payment_was_posted_or_taken_back CHECK (num_nonnulls(posted_at, taken_back_at) >= 1)
);
CREATE INDEX invoice_payments_of_invoice ON invoice_payments (invoice_id, payment_id);

CREATE TABLE licenses (
    license_id       uuid PRIMARY KEY,
    license_number   text NOT NULL,
    license_type_id  uuid NOT NULL REFERENCES license_types,
    application_id   uuid NOT NULL REFERENCES applications,
    holder_name      text NOT NULL,
    state            text NOT NULL,
    reason_code      text,
    issued_on        date NOT NULL,
    starts_on        date NOT NULL,
    expires_on       date NOT NULL,
    period_starts_on date NOT NULL,
    version          bigint NOT NULL,
    CONSTRAINT license_number_is_used_once UNIQUE (license_number),
    CONSTRAINT application_issues_one_license UNIQUE (application_id),
    CONSTRAINT license_state_is_known CHECK (state IN ('active', 'suspended', 'revoked', 'expired')),
    CONSTRAINT suspension_gives_a_reason CHECK (state <> 'suspended' OR reason_code IS NOT NULL),
    CONSTRAINT license_ends_after_it_starts CHECK (expires_on >= starts_on)
);
CREATE INDEX licenses_by_type ON licenses (license_type_id, expires_on, license_id);

ALTER TABLE applications ADD CONSTRAINT renewal_names_its_license FOREIGN KEY (license_id) REFERENCES licenses;
CREATE INDEX applications_for_license ON applications (license_id);

CREATE TABLE application_changes (
    change_id      uuid PRIMARY KEY DEFAULT uuidv7(),
    application_id uuid NOT NULL REFERENCES applications,
    at             timestamptz NOT NULL,
    by_subject     text NOT NULL,
    action         text NOT NULL,
    state          text NOT NULL,
    license_state  text,
    why            text,
    details        jsonb NOT NULL
);
CREATE INDEX application_changes_in_order ON application_changes (application_id, at, change_id);
