-- A ledger of one table, so that the plinth can be tested without a service.
CREATE TABLE lines (n bigint GENERATED ALWAYS AS IDENTITY, account_id uuid NOT NULL, version bigint NOT NULL,
    CONSTRAINT version_is_below_a_million CHECK (version < 1000000));
CREATE TABLE serials (n bigint GENERATED ALWAYS AS IDENTITY, serial text NOT NULL);
