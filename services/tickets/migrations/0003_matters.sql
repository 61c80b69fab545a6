-- What other services' facts are about, and the ticket for it: also what ended before its beginning was heard.
CREATE TABLE matters (
    kind             text        NOT NULL,
    matter_id        uuid        NOT NULL,
    ticket_id        uuid        REFERENCES tickets,
    authorization_id uuid,
    failed_at        timestamptz,
    withdrawn_at     timestamptz,
    ended_at         timestamptz,
    ending_code      text,
    ending_text      text,
    PRIMARY KEY (kind, matter_id),
    CONSTRAINT matter_is_of_a_known_kind
        CHECK (kind IN ('order', 'authorization', 'bill', 'payment', 'remittance', 'application')),
    CONSTRAINT ended_matter_has_code_and_text
        CHECK (ended_at IS NULL OR (ending_code IS NOT NULL AND ending_text IS NOT NULL))
);
CREATE INDEX matters_by_ticket ON matters (ticket_id) WHERE ticket_id IS NOT NULL;
