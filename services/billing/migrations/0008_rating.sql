-- What rates go by besides use (meter size, households, class, discounts, demand), lines that keep their whole working,
-- and trials of a tariff before it is adopted.
ALTER TABLE agreements
    ADD COLUMN meter_size     text,
    ADD COLUMN customer_class text   NOT NULL DEFAULT 'residential',
    ADD COLUMN dwelling_units int    NOT NULL DEFAULT 1,
    ADD COLUMN discounts      text[] NOT NULL DEFAULT '{}';

ALTER TABLE bill_lines
    ADD COLUMN label_es text,                   -- as the tariff says it in Spanish
    ADD COLUMN working  jsonb;                  -- how the quantity was got, where it is not the use as metered
-- Wider than before, so what is there meets it: nothing is scanned under a lock.
ALTER TABLE bill_lines DROP CONSTRAINT line_basis_is_known;
ALTER TABLE bill_lines ADD CONSTRAINT line_basis_is_known CHECK (
    basis IN ('per_unit', 'minimum', 'tier', 'block', 'adjustment', 'credit', 'percentage', 'tax', 'surcharge',
        'discount', 'fixed', 'top_up', 'demand', 'reactive')
) NOT VALID;

-- What a demand register showed when it was read and set back; never estimated.
CREATE TABLE demands (
    agreement_id uuid        NOT NULL,
    read_on      date        NOT NULL,
    kw           numeric     NOT NULL,
    kvar         numeric     NOT NULL,
    taken_at     timestamptz NOT NULL,
    taken_by     text        NOT NULL,
    PRIMARY KEY (agreement_id, read_on),
    CONSTRAINT demand_is_not_negative CHECK (kw >= 0 AND kvar >= 0)
);

-- What each bill of a cycle would come to by a tariff that is not in force; no bill is touched.
CREATE TABLE tariff_trial_bills (
    job_id         uuid   NOT NULL,
    bill_id        uuid   NOT NULL,
    account_id     uuid   NOT NULL,
    customer_class text   NOT NULL,
    before_cents   bigint NOT NULL,
    after_cents    bigint,
    reason         text,                        -- why it cannot be priced
    PRIMARY KEY (job_id, bill_id),
    CONSTRAINT trial_has_an_amount_or_a_reason CHECK ((after_cents IS NULL) = (reason IS NOT NULL))
);
