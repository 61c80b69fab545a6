-- Tariffs are data with a first day; a later version of a rate code takes over from its own first day.
CREATE TABLE tariffs (
    tariff_id    uuid        PRIMARY KEY,
    rate_code    text        NOT NULL,
    effective_on date        NOT NULL,
    body         jsonb       NOT NULL,
    loaded_at    timestamptz NOT NULL,
    loaded_by    text        NOT NULL,
    CONSTRAINT one_tariff_begins_on_a_day UNIQUE (rate_code, effective_on)
);
