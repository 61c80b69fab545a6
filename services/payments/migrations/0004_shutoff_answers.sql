-- What payments answered to a crew that asked, and whether a payment recalled it: on the record for ever.
CREATE TABLE shutoff_answers (
    ask_id           uuid        PRIMARY KEY,
    account_id       uuid        NOT NULL,    -- may be one that payments does not know: then it objects
    order_id         uuid        NOT NULL,
    authorization_id uuid        NOT NULL,
    stage            text        NOT NULL,
    asked_at         timestamptz NOT NULL,
    answered_at      timestamptz NOT NULL,
    state            text        NOT NULL,
    valid_until      timestamptz,
    reason_code      text,
    recalled_at      timestamptz,
    CONSTRAINT answer_confirms_objects_or_is_recalled CHECK (
        (state = 'confirmed' AND valid_until IS NOT NULL AND reason_code IS NULL     AND recalled_at IS NULL) OR
        (state = 'objected'  AND valid_until IS NULL     AND reason_code IS NOT NULL AND recalled_at IS NULL) OR
        (state = 'recalled'  AND valid_until IS NOT NULL AND reason_code IS NOT NULL AND recalled_at IS NOT NULL)),
    CONSTRAINT answer_is_for_a_stage CHECK (stage IN ('dispatch', 'execution'))
);
CREATE INDEX shutoff_answers_by_account ON shutoff_answers (account_id, ask_id);
CREATE INDEX shutoff_answers_live ON shutoff_answers (account_id, valid_until) WHERE state = 'confirmed';
