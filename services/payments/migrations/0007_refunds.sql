-- Refunds that billing approved: paid out by checks, each once; what does not reach its customer is voided.
CREATE TABLE refunds (
    refund_id        uuid        PRIMARY KEY,
    account_id       uuid        NOT NULL,
    amount_cents     bigint      NOT NULL,
    payee            text        NOT NULL,
    mail_to          text        NOT NULL,
    approved_on      date        NOT NULL,
    state            text        NOT NULL,
    check_number     text,
    paid_on          date,
    paid_at          timestamptz,
    paid_by          text,
    void_reason_code text,
    note             text,                       -- free text: it never leaves this service
    voided_on        date,
    voided_at        timestamptz,
    voided_by        text,
    CONSTRAINT refund_is_positive CHECK (amount_cents > 0),
    CONSTRAINT refund_is_payable_paid_or_voided CHECK (state IN ('payable', 'paid', 'voided')),
    CONSTRAINT paid_refund_names_its_check_and_who_drew_it CHECK (
        num_nulls(check_number, paid_on, paid_at, paid_by) = ANY (
            CASE state WHEN 'payable' THEN '{4}'::int[] WHEN 'paid' THEN '{0}'::int[] ELSE '{0,4}'::int[] END)
    ),
    CONSTRAINT voided_refund_says_when_why_and_by_whom CHECK (
        num_nulls(void_reason_code, voided_on, voided_at, voided_by) = CASE state WHEN 'voided' THEN 0 ELSE 4 END
    )
);
CREATE UNIQUE INDEX a_check_pays_one_refund ON refunds (check_number) WHERE check_number IS NOT NULL;
CREATE INDEX refunds_by_state ON refunds (state, refund_id);
CREATE INDEX refunds_by_account ON refunds (account_id, refund_id);

ALTER TABLE entries
    ADD COLUMN refund_id uuid,
    DROP CONSTRAINT entry_is_about_something,
    ADD CONSTRAINT entry_is_about_something CHECK (num_nonnulls(payment_id, remittance_id, refund_id) >= 1),
    DROP CONSTRAINT entry_has_a_known_kind,
    ADD CONSTRAINT entry_has_a_known_kind CHECK (
        kind IN ('posting', 'reversal', 'suspension', 'placement', 'refund', 'refund_void')
    );
