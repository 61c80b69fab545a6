-- Money that arrived elsewhere: each sender's reference once; what names no open debt lies in suspense.
CREATE TABLE remittances (
    remittance_id  uuid        PRIMARY KEY,
    source         text        NOT NULL,
    reference      text        NOT NULL,
    account_number text,                      -- as ten digits where it could be read, else as it was sent
    invoice_number text,
    amount_cents   bigint      NOT NULL,
    tender         text        NOT NULL,
    received_on    date        NOT NULL,
    state          text        NOT NULL,
    reason_code    text,                      -- why it went into suspense; stays when it is placed
    taken_at       timestamptz NOT NULL,
    placed_at      timestamptz,
    placed_by      text,
    CONSTRAINT reference_is_taken_once UNIQUE (source, reference),
    CONSTRAINT remittance_is_positive CHECK (amount_cents > 0),
    CONSTRAINT remittance_is_posted_suspended_or_placed CHECK (
        (state = 'posted'    AND reason_code IS NULL     AND placed_at IS NULL) OR
        (state = 'suspended' AND reason_code IS NOT NULL AND placed_at IS NULL) OR
        (state = 'placed'    AND reason_code IS NOT NULL AND placed_at IS NOT NULL))
);
CREATE INDEX remittances_in_suspense ON remittances (remittance_id) WHERE state = 'suspended';
CREATE INDEX remittances_placed ON remittances (remittance_id) WHERE state = 'placed';
CREATE INDEX remittances_awaiting_account ON remittances (account_number) WHERE state = 'suspended';
CREATE INDEX remittances_awaiting_invoice ON remittances (invoice_number) WHERE state = 'suspended';
