-- What rates go by besides use: as it was agreed, on what evidence, and each change of it, kept for ever.
ALTER TABLE service_agreements
    ADD COLUMN customer_class    text   NOT NULL DEFAULT 'residential',
    ADD COLUMN dwelling_units    int    NOT NULL DEFAULT 1,
    ADD COLUMN discounts         text[] NOT NULL DEFAULT '{}',
    ADD COLUMN discount_evidence text;
-- What is there has the defaults and meets both: nothing is scanned under a lock.
ALTER TABLE service_agreements
    ADD CONSTRAINT households_are_not_negative CHECK (dwelling_units >= 0) NOT VALID,
    ADD CONSTRAINT agreed_discount_has_evidence CHECK (discounts = '{}' OR coalesce(discount_evidence, '') <> '') NOT VALID;

CREATE TABLE rate_changes (
    change_id             uuid        PRIMARY KEY,
    agreement_id          uuid        NOT NULL REFERENCES service_agreements,
    effective_on          date        NOT NULL,
    customer_class        text        NOT NULL,
    dwelling_units        int         NOT NULL,
    discounts             text[]      NOT NULL,
    former_customer_class text        NOT NULL,
    former_dwelling_units int         NOT NULL,
    former_discounts      text[]      NOT NULL,
    reason_code           text        NOT NULL,
    evidence              text        NOT NULL,
    recorded_at           timestamptz NOT NULL,
    recorded_by           text        NOT NULL,
    CONSTRAINT changed_households_are_not_negative CHECK (dwelling_units >= 0),
    CONSTRAINT change_of_rates_has_reason_and_evidence CHECK (reason_code <> '' AND evidence <> '')
);
CREATE INDEX rate_changes_by_agreement ON rate_changes (agreement_id, effective_on, change_id);

CREATE FUNCTION keep_rate_changes_for_ever() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A change of what rates go by is never rewritten: record another one.'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER rate_changes_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON rate_changes
    FOR EACH STATEMENT EXECUTE FUNCTION keep_rate_changes_for_ever();
