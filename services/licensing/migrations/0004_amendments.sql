-- The holder has another name: an amendment keeps the license's number, and all that it said before; an application that awaits its license is amended, too.
CREATE TABLE amendments (
    application_id uuid        NOT NULL REFERENCES applications,
    amendment_id   uuid        NOT NULL,
    effective_on   date        NOT NULL,
    holder_name    text        NOT NULL,
    evidence       text        NOT NULL,
    ignored_for    text,
    recorded_at    timestamptz NOT NULL,
    recorded_by    text        NOT NULL,
    CONSTRAINT change_of_name_amends_a_license_once PRIMARY KEY (application_id, amendment_id),
    CONSTRAINT amendment_has_evidence CHECK (holder_name <> '' AND evidence <> ''),
    CONSTRAINT amendment_is_ignored_for_a_reason CHECK (ignored_for <> '')
);
CREATE INDEX amendments_in_order ON amendments (application_id, effective_on, amendment_id);
CREATE INDEX applications_of_person ON applications (person_id) WHERE person_id IS NOT NULL;

CREATE FUNCTION keep_amendments_for_ever() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'An amendment is never rewritten: record another one.' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER amendments_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON amendments
    FOR EACH STATEMENT EXECUTE FUNCTION keep_amendments_for_ever();
