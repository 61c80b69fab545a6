-- Who is billed for what: accounts, the people who have a role in them, and the services they take from day to day.
CREATE SEQUENCE account_serials AS bigint START WITH 100000001 MAXVALUE 999999999;

CREATE TABLE accounts (
    account_id      uuid        PRIMARY KEY,
    account_number  text        NOT NULL,
    holder_id       uuid        NOT NULL REFERENCES people,
    premise_id      uuid        NOT NULL REFERENCES premises,
    mailing_address text        NOT NULL,
    billing_cycle   text        NOT NULL,
    opened_on       date        NOT NULL,
    closed_on       date,
    recorded_at     timestamptz NOT NULL,
    version         bigint      NOT NULL,      -- counts what was told about the account
    CONSTRAINT account_has_one_number UNIQUE (account_number),
    CONSTRAINT account_number_has_ten_digits CHECK (account_number ~ '^[0-9]{10}$'),
    CONSTRAINT account_is_closed_after_it_was_opened CHECK (closed_on >= opened_on)
);
CREATE INDEX accounts_by_holder ON accounts (holder_id);
CREATE INDEX accounts_by_premise ON accounts (premise_id);

CREATE TABLE account_people (
    account_person_id uuid PRIMARY KEY,
    account_id        uuid NOT NULL REFERENCES accounts,
    person_id         uuid NOT NULL REFERENCES people,
    role              text NOT NULL,
    since_on          date NOT NULL,
    until_on          date,
    CONSTRAINT role_is_known CHECK (role IN ('owner', 'tenant', 'agent', 'third_party_notice')),
    CONSTRAINT role_ends_after_it_began CHECK (until_on >= since_on)
);
CREATE UNIQUE INDEX person_has_a_role_once ON account_people (account_id, person_id, role) WHERE until_on IS NULL;
CREATE INDEX account_people_by_account ON account_people (account_id);
CREATE INDEX account_people_by_person ON account_people (person_id);

-- Without started_on it is agreed and not yet turned on. The exclusion is checked at the end of a statement, so that
-- one statement can stop one account's service and start the next one's on the same day.
CREATE TABLE service_agreements (
    agreement_id     uuid   PRIMARY KEY,
    account_id       uuid   NOT NULL REFERENCES accounts,
    service_point_id uuid   NOT NULL REFERENCES service_points,
    rate_code        text   NOT NULL,
    origin           text,
    started_on       date,
    start_reading    bigint,
    stopped_on       date,
    stop_reading     bigint,
    version          bigint NOT NULL DEFAULT 1,
    CONSTRAINT service_stops_after_it_started CHECK (stopped_on >= started_on),
    CONSTRAINT service_has_an_origin_once_it_started CHECK ((started_on IS NULL) = (origin IS NULL)),
    CONSTRAINT origin_is_known CHECK (origin IN ('turn_on', 'conversion')),
    CONSTRAINT reading_is_not_negative CHECK (start_reading >= 0 AND stop_reading >= 0),
    CONSTRAINT point_serves_one_account
        EXCLUDE USING gist (service_point_id WITH =, daterange(started_on, stopped_on, '[)') WITH &&)
        WHERE (started_on IS NOT NULL) DEFERRABLE INITIALLY IMMEDIATE
);
CREATE INDEX service_agreements_by_account ON service_agreements (account_id);
CREATE INDEX service_agreements_by_point ON service_agreements (service_point_id);

-- What an account is found by, in one text. GiST, because it answers "the nearest" in order: typing mistakes need no
-- threshold, and nothing near is still an answer.
CREATE TABLE account_documents (
    account_id uuid PRIMARY KEY REFERENCES accounts,
    document   text NOT NULL
);
CREATE INDEX account_documents_by_likeness ON account_documents USING gist (document gist_trgm_ops (siglen = 64));
