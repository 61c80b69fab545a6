-- What crews are sent to do: orders, every change of them for ever, and the gate of a shut-off.
CREATE TABLE service_orders (
    order_id         uuid        PRIMARY KEY,
    kind             text        NOT NULL,
    account_id       uuid        NOT NULL REFERENCES accounts,
    service_point_id uuid        NOT NULL REFERENCES service_points,
    agreement_id     uuid        REFERENCES service_agreements,
    authorization_id uuid,
    state            text        NOT NULL,
    requested_at     timestamptz NOT NULL,
    scheduled_on     date,
    crew             text,
    dispatched_at    timestamptz,
    ended_at         timestamptz,              -- of its last attempt, or of its end
    reading          bigint,
    reason_code      text,
    version          bigint      NOT NULL,
    CONSTRAINT order_kind_is_known CHECK (kind IN ('turn_on', 'turn_off', 'nonpayment_shutoff', 'reconnection')),
    CONSTRAINT order_state_is_known
        CHECK (state IN ('requested', 'scheduled', 'dispatched', 'not_completed', 'completed', 'cancelled')),
    CONSTRAINT turning_is_for_an_agreement CHECK (kind NOT IN ('turn_on', 'turn_off') OR agreement_id IS NOT NULL),
    CONSTRAINT shutoff_and_reconnection_are_authorized
        CHECK (kind NOT IN ('nonpayment_shutoff', 'reconnection') OR authorization_id IS NOT NULL),
    CONSTRAINT scheduled_has_a_day_and_a_crew
        CHECK (state NOT IN ('scheduled', 'dispatched', 'completed') OR (scheduled_on IS NOT NULL AND crew IS NOT NULL)),
    CONSTRAINT dispatched_has_a_time CHECK (state <> 'dispatched' OR dispatched_at IS NOT NULL),
    CONSTRAINT end_has_a_time CHECK (state NOT IN ('completed', 'cancelled', 'not_completed') OR ended_at IS NOT NULL),
    CONSTRAINT undone_has_a_reason CHECK (state NOT IN ('cancelled', 'not_completed') OR reason_code IS NOT NULL)
);
CREATE UNIQUE INDEX one_open_order_of_a_kind_at_a_point ON service_orders (service_point_id, kind)
    WHERE kind IN ('turn_on', 'turn_off') AND state NOT IN ('completed', 'cancelled');
CREATE UNIQUE INDEX authorization_is_ordered_once ON service_orders (authorization_id, kind);
CREATE INDEX service_orders_by_account ON service_orders (account_id, order_id);
CREATE INDEX service_orders_by_point ON service_orders (service_point_id);
CREATE INDEX service_orders_by_agreement ON service_orders (agreement_id);
CREATE INDEX service_orders_by_state ON service_orders (state, order_id);
CREATE INDEX service_orders_by_kind ON service_orders (kind, order_id);
CREATE INDEX service_orders_by_day ON service_orders (scheduled_on, order_id);
CREATE INDEX service_orders_by_crew ON service_orders (crew, order_id);

ALTER TABLE service_points ADD CONSTRAINT valve_was_shut_by_a_known_order FOREIGN KEY (off_order_id) REFERENCES service_orders;
CREATE INDEX service_points_by_off_order ON service_points (off_order_id);

CREATE TABLE shutoff_asks (
    ask_id               uuid        PRIMARY KEY,
    order_id             uuid        NOT NULL REFERENCES service_orders,
    stage                text        NOT NULL,
    asked_at             timestamptz NOT NULL,
    answer_by            timestamptz NOT NULL,
    billing_valid_until  timestamptz,
    payments_valid_until timestamptz,
    ended_at             timestamptz,          -- its attempt is over: an answer to it is ignored
    CONSTRAINT stage_is_known CHECK (stage IN ('dispatch', 'execution')),
    CONSTRAINT answer_is_due_after_the_question CHECK (answer_by > asked_at)
);
CREATE INDEX shutoff_asks_by_order ON shutoff_asks (order_id, ask_id);

-- Kept for ever: "maintains a record of all such actions" (rulebook 1). One line for each version of an order.
CREATE TABLE order_changes (
    order_id    uuid        NOT NULL REFERENCES service_orders,
    version     bigint      NOT NULL,
    change      text        NOT NULL,
    state       text        NOT NULL,
    changed_at  timestamptz NOT NULL,
    changed_by  text        NOT NULL,
    reason_code text,
    details     jsonb       NOT NULL,
    CONSTRAINT order_change_is_one_version PRIMARY KEY (order_id, version)
);

CREATE FUNCTION keep_for_ever() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The history of service orders is never changed.' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER order_changes_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON order_changes
    FOR EACH STATEMENT EXECUTE FUNCTION keep_for_ever();

-- A withdrawal may be heard before its authorization: whoever comes second finds it here, and no order is made.
CREATE TABLE withdrawn_authorizations (
    authorization_id uuid        PRIMARY KEY,
    account_id       uuid        NOT NULL,
    reason_code      text        NOT NULL,
    withdrawn_at     timestamptz NOT NULL
);
