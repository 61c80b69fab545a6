-- What money can be for: payments' own copy of accounts and invoices, filled only from facts, so that it can be
-- emptied and heard again; hence nothing refers to it by a foreign key. Its rows are what payments are serialized on.
CREATE TABLE accounts (
    account_id      uuid   PRIMARY KEY,
    account_number  text   NOT NULL,
    service_address text   NOT NULL,
    opened_on       date   NOT NULL,
    closed_on       date,
    version         bigint NOT NULL,
    CONSTRAINT account_number_is_one_accounts UNIQUE (account_number)
) WITH (fillfactor = 90);

CREATE TABLE invoices (
    invoice_id     uuid   PRIMARY KEY,
    invoice_number text   NOT NULL,
    application_id uuid   NOT NULL,
    amount_cents   bigint NOT NULL,
    raised_on      date   NOT NULL,
    cancelled_on   date,
    version        bigint NOT NULL,
    CONSTRAINT invoice_number_is_one_invoices UNIQUE (invoice_number),
    CONSTRAINT invoice_asks_for_money CHECK (amount_cents > 0)
);
