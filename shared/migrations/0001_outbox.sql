-- What a service tells is written in the transaction that made it true; a relay carries it to Kafka.
CREATE SEQUENCE outbox_seq AS bigint CACHE 1;                    -- CACHE 1 is load-bearing: a cached block inverts order

CREATE TABLE outbox (
    txid        xid8        NOT NULL DEFAULT pg_current_xact_id(), -- FIRST column, load-bearing: the xid exists before nextval()
    seq         bigint      NOT NULL DEFAULT nextval('outbox_seq'),
    event_id    uuid        NOT NULL,
    topic       text        NOT NULL,
    key         text        NOT NULL,
    version     bigint      NOT NULL,
    headers     jsonb       NOT NULL,
    payload     bytea       NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT outbox_seq_is_unique PRIMARY KEY (seq)
) PARTITION BY RANGE (seq);

CREATE TABLE outbox_0 PARTITION OF outbox FOR VALUES FROM (0) TO (1000000);
CREATE TABLE outbox_1 PARTITION OF outbox FOR VALUES FROM (1000000) TO (2000000);

CREATE TABLE relay_state (
    shard int      PRIMARY KEY,
    last  bigint   NOT NULL,
    gaps  bigint[] NOT NULL
) WITH (fillfactor = 10);
INSERT INTO relay_state VALUES (0, 0, '{}');
