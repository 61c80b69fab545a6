-- What the probe keeps of what it hears; and beside it what the bare kernel keeps, which dedupes by its own key.
CREATE TABLE seen_accounts (
    account_id      uuid PRIMARY KEY,
    account_number  text NOT NULL,
    holder_name     text NOT NULL,
    service_address text NOT NULL,
    opened_on       date NOT NULL
);

CREATE TABLE seen_credits (
    payment_id   uuid   PRIMARY KEY,
    account_id   uuid   NOT NULL,
    amount_cents bigint NOT NULL
);

CREATE TABLE bare_accounts (
    event_id        uuid PRIMARY KEY,
    account_id      uuid NOT NULL,
    account_number  text NOT NULL,
    holder_name     text NOT NULL,
    service_address text NOT NULL,
    opened_on       date NOT NULL
);
