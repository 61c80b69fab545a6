-- A desk that keeps notes: as small as a service can be, to try the HTTP door on.

CREATE TABLE notes (
    note_id     uuid        NOT NULL PRIMARY KEY,
    title       text        NOT NULL,
    weight      bigint      NOT NULL,
    due_on      date,
    version     int         NOT NULL DEFAULT 1,
    written_at  timestamptz NOT NULL,
    CONSTRAINT title_is_used_once UNIQUE (title),
    CONSTRAINT weight_is_not_negative CHECK (weight >= 0)
);

CREATE INDEX notes_by_time ON notes (written_at, note_id);

CREATE TABLE pins (
    pin_id  uuid NOT NULL PRIMARY KEY,
    note_id uuid NOT NULL,
    CONSTRAINT pin_holds_a_note FOREIGN KEY (note_id) REFERENCES notes DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX pins_by_note ON pins (note_id);
