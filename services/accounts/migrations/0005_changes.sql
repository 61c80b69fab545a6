-- Changes of name and of mailing address: each kept for ever, with the day from which it holds, its evidence and who took it.
CREATE TABLE name_changes (
    change_id    uuid        PRIMARY KEY,
    person_id    uuid        NOT NULL REFERENCES people,
    effective_on date        NOT NULL,
    name         text        NOT NULL,
    former_name  text        NOT NULL,
    evidence     text        NOT NULL,
    recorded_at  timestamptz NOT NULL,
    recorded_by  text        NOT NULL,
    CONSTRAINT change_of_name_has_evidence CHECK (name <> '' AND evidence <> '')
);
CREATE INDEX name_changes_by_person ON name_changes (person_id, effective_on, change_id);

CREATE TABLE address_changes (
    change_id       uuid        PRIMARY KEY,
    account_id      uuid        NOT NULL REFERENCES accounts,
    effective_on    date        NOT NULL,
    mailing_address text        NOT NULL,
    former_address  text        NOT NULL,
    evidence        text        NOT NULL,
    recorded_at     timestamptz NOT NULL,
    recorded_by     text        NOT NULL,
    CONSTRAINT change_of_address_has_evidence CHECK (mailing_address <> '' AND evidence <> '')
);
CREATE INDEX address_changes_by_account ON address_changes (account_id, effective_on, change_id);

CREATE FUNCTION keep_changes_for_ever() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A change of name or address is never rewritten: record another one.' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER name_changes_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON name_changes
    FOR EACH STATEMENT EXECUTE FUNCTION keep_changes_for_ever();
CREATE TRIGGER address_changes_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON address_changes
    FOR EACH STATEMENT EXECUTE FUNCTION keep_changes_for_ever();

-- The nightly file for data processing. A change of address waits as a line without a file, and gets one once.
CREATE TABLE data_processing_files (
    file_number bigint      PRIMARY KEY,
    made_at     timestamptz NOT NULL,
    lines_count int         NOT NULL,
    sha256      text        NOT NULL,
    CONSTRAINT file_is_numbered_from_one CHECK (file_number > 0),
    CONSTRAINT file_has_a_line CHECK (lines_count > 0)
);
CREATE TABLE data_processing_lines (
    change_id   uuid   PRIMARY KEY REFERENCES address_changes,
    file_number bigint REFERENCES data_processing_files
);
CREATE INDEX data_processing_lines_by_file ON data_processing_lines (file_number, change_id);
CREATE INDEX data_processing_lines_waiting ON data_processing_lines (change_id) WHERE file_number IS NULL;
