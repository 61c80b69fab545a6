-- What was decided before a service starts: about old debt of the same person, and about a deposit. Kept for ever.
CREATE TABLE start_decisions (
    decision_id       uuid        PRIMARY KEY,
    account_id        uuid        NOT NULL REFERENCES accounts,
    subject           text        NOT NULL,
    decision          text        NOT NULL,
    reason_code       text        NOT NULL,
    owing_account_id  uuid        REFERENCES accounts,
    amount_cents      bigint,
    evidence          text        NOT NULL,
    decided_at        timestamptz NOT NULL,
    decided_by        text        NOT NULL,
    CONSTRAINT decision_is_about_debt_or_deposit CHECK (
        (subject = 'debt' AND decision IN ('no_debt', 'paid', 'arranged', 'refused'))
        OR (subject = 'deposit' AND decision IN ('required', 'waived'))),
    CONSTRAINT debt_is_of_an_account CHECK ((owing_account_id IS NOT NULL) = (subject = 'debt' AND decision <> 'no_debt')),
    CONSTRAINT required_deposit_has_an_amount CHECK (
        CASE decision WHEN 'required' THEN coalesce(amount_cents, 0) > 0 ELSE amount_cents IS NULL END)
);
CREATE INDEX start_decisions_by_account ON start_decisions (account_id, subject, decision_id);
CREATE INDEX start_decisions_by_owing_account ON start_decisions (owing_account_id);

CREATE FUNCTION keep_decisions_for_ever() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A decision is never rewritten: record the next one.' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER start_decisions_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON start_decisions
    FOR EACH STATEMENT EXECUTE FUNCTION keep_decisions_for_ever();
