-- Tickets: the matter, its clocks, every change for ever, and every decision of the router with its candidates.
CREATE SEQUENCE ticket_serials AS bigint;

CREATE TABLE tickets (
    ticket_id       uuid        PRIMARY KEY,
    ticket_number   text        NOT NULL,
    category        text        NOT NULL REFERENCES categories,
    account_id      uuid,
    weight          int         NOT NULL,
    channel         text        NOT NULL,
    summary         text        NOT NULL,
    state           text        NOT NULL,
    owner           text        REFERENCES representatives,
    waiting_on      text,
    level           text        NOT NULL DEFAULT 'representative',
    escalated_at    timestamptz,
    resolution_code text,
    resolution_text text,
    resolved_at     timestamptz,
    duplicate_of    uuid        REFERENCES tickets,
    opened_by       text        NOT NULL,
    opened_at       timestamptz NOT NULL,
    queued_at       timestamptz NOT NULL,
    changed_at      timestamptz NOT NULL,
    cycle           int         NOT NULL DEFAULT 1,
    version         bigint      NOT NULL DEFAULT 1,
    CONSTRAINT ticket_number_is_unique UNIQUE (ticket_number),
    CONSTRAINT ticket_is_in_a_known_state CHECK (state IN (
        'new', 'assigned', 'in_progress', 'waiting', 'resolved', 'closed', 'reopened', 'cancelled', 'duplicate')),
    CONSTRAINT held_ticket_has_an_owner CHECK (state NOT IN ('assigned', 'in_progress', 'waiting') OR owner IS NOT NULL),
    CONSTRAINT queued_ticket_has_no_owner CHECK (state NOT IN ('new', 'reopened') OR owner IS NULL),
    CONSTRAINT waiting_ticket_says_for_whom CHECK ((state = 'waiting') = (waiting_on IS NOT NULL)),
    CONSTRAINT ticket_waits_for_customer_or_outside CHECK (waiting_on IN ('customer', 'external')),
    CONSTRAINT answered_ticket_has_code_and_text CHECK (
        state NOT IN ('resolved', 'closed')
        OR (resolution_code <> '' AND resolution_text <> '' AND resolved_at IS NOT NULL)),
    CONSTRAINT duplicate_names_the_ticket_that_goes_on CHECK ((state = 'duplicate') = (duplicate_of IS NOT NULL)),
    CONSTRAINT ticket_is_not_its_own_duplicate CHECK (duplicate_of <> ticket_id),
    CONSTRAINT ticket_has_a_known_level CHECK (level IN ('representative', 'senior', 'supervisor', 'department_head'))
);
CREATE INDEX tickets_by_opening ON tickets (opened_at DESC, ticket_id DESC);
CREATE INDEX tickets_by_state ON tickets (state, opened_at DESC, ticket_id DESC);
CREATE INDEX tickets_by_owner ON tickets (owner, opened_at DESC, ticket_id DESC);
CREATE INDEX tickets_by_category ON tickets (category, opened_at DESC, ticket_id DESC);
CREATE INDEX tickets_by_account ON tickets (account_id, opened_at DESC, ticket_id DESC) WHERE account_id IS NOT NULL;
CREATE INDEX tickets_by_original ON tickets (duplicate_of) WHERE duplicate_of IS NOT NULL;
CREATE INDEX tickets_held ON tickets (owner) WHERE state IN ('assigned', 'in_progress', 'waiting');
CREATE INDEX tickets_queued ON tickets (queued_at, ticket_id) WHERE state IN ('new', 'reopened');

CREATE TABLE ticket_changes (
    ticket_id   uuid        NOT NULL REFERENCES tickets,
    version     bigint      NOT NULL,
    action      text        NOT NULL,
    from_state  text,
    to_state    text        NOT NULL,
    changed_by  text        NOT NULL,
    changed_at  timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    note        text,
    detail      jsonb       NOT NULL,
    PRIMARY KEY (ticket_id, version)
);

-- One row a decision: who was chosen (nobody: it stayed in the queue) and how every candidate stood.
CREATE TABLE assignments (
    assignment_id  uuid        PRIMARY KEY,
    ticket_id      uuid        NOT NULL REFERENCES tickets,
    representative text        REFERENCES representatives,
    chosen_by      text        NOT NULL,
    decided_by     text        NOT NULL,
    decided_at     timestamptz NOT NULL,
    standings      jsonb       NOT NULL,
    CONSTRAINT assignment_is_chosen_by_router_or_name CHECK (chosen_by IN ('router', 'name'))
);
CREATE INDEX assignments_by_ticket ON assignments (ticket_id, decided_at);
CREATE INDEX assignments_by_representative ON assignments (representative, decided_at);

CREATE TABLE ticket_clocks (
    clock_id       uuid        PRIMARY KEY,
    ticket_id      uuid        NOT NULL REFERENCES tickets,
    clock          text        NOT NULL,
    cycle          int         NOT NULL,
    state          text        NOT NULL,
    target_minutes int         NOT NULL,
    started_at     timestamptz NOT NULL,
    warn_at        timestamptz NOT NULL,
    due_at         timestamptz NOT NULL,
    paused_at      timestamptz,
    ended_at       timestamptz,
    CONSTRAINT clock_runs_once_a_cycle UNIQUE (ticket_id, clock, cycle),
    CONSTRAINT clock_is_a_known_one CHECK (clock IN ('acknowledge', 'resolution')),
    CONSTRAINT clock_is_in_a_known_state CHECK (state IN ('running', 'paused', 'met', 'dropped')),
    CONSTRAINT paused_clock_says_since_when CHECK ((state = 'paused') = (paused_at IS NOT NULL)),
    CONSTRAINT ended_clock_says_when CHECK ((state IN ('met', 'dropped')) = (ended_at IS NOT NULL))
);

CREATE TABLE clock_pauses (
    clock_id   uuid        NOT NULL REFERENCES ticket_clocks,
    paused_at  timestamptz NOT NULL,
    resumed_at timestamptz NOT NULL,
    PRIMARY KEY (clock_id, paused_at),
    CONSTRAINT pause_is_forward CHECK (resumed_at >= paused_at)
);

-- What was struck: the key is the promise "each once per ticket, clock and cycle" (the clock's id stands for the three).
CREATE TABLE clock_marks (
    clock_id  uuid        NOT NULL REFERENCES ticket_clocks,
    mark      text        NOT NULL,
    struck_at timestamptz NOT NULL,
    PRIMARY KEY (clock_id, mark),
    CONSTRAINT mark_is_a_warning_or_a_breach CHECK (mark IN ('warning', 'breach'))
);

-- Each level is told once a cycle: the key is the promise.
CREATE TABLE escalations (
    ticket_id    uuid        NOT NULL REFERENCES tickets,
    cycle        int         NOT NULL,
    level        text        NOT NULL,
    escalated_to text        REFERENCES representatives,
    reason_code  text        NOT NULL,
    escalated_at timestamptz NOT NULL,
    PRIMARY KEY (ticket_id, cycle, level),
    CONSTRAINT escalation_goes_up CHECK (level IN ('senior', 'supervisor', 'department_head'))
);
CREATE INDEX escalations_by_person ON escalations (escalated_to, escalated_at DESC, ticket_id DESC);

CREATE TABLE alarms (
    alarm_id  uuid        PRIMARY KEY,
    ticket_id uuid        NOT NULL REFERENCES tickets,
    cycle     int         NOT NULL,
    kind      text        NOT NULL,
    subject   text        NOT NULL,
    raised_at timestamptz NOT NULL,
    CONSTRAINT alarm_is_raised_once_a_cycle UNIQUE (ticket_id, cycle, kind, subject),
    CONSTRAINT alarm_is_of_a_known_kind CHECK (kind IN ('nobody_to_escalate_to', 'clock_without_target'))
);
CREATE INDEX alarms_by_time ON alarms (raised_at DESC, alarm_id DESC);

-- History is only added to: PostgreSQL itself refuses anything else.
CREATE FUNCTION history_stays_as_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% only grows: what happened stays on the record', TG_TABLE_NAME;
END $$;
CREATE TRIGGER ticket_changes_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON ticket_changes
    FOR EACH STATEMENT EXECUTE FUNCTION history_stays_as_written();
CREATE TRIGGER assignments_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON assignments
    FOR EACH STATEMENT EXECUTE FUNCTION history_stays_as_written();
