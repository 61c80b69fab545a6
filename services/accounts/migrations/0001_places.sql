-- Who and where: people, premises on their parcels, the points where a commodity enters, and the meters that hung there.
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE TABLE people (
    person_id   uuid        PRIMARY KEY,
    name        text        NOT NULL,
    phone       text,
    email       text,
    recorded_at timestamptz NOT NULL,
    version     bigint      NOT NULL DEFAULT 1,
    CONSTRAINT person_has_a_name CHECK (name <> '')
);

CREATE TABLE premises (
    premise_id     uuid   PRIMARY KEY,
    street_address text   NOT NULL,
    address_key    text   NOT NULL,
    use            text   NOT NULL,
    block          text,
    lot            text,
    qualifier      text,
    version        bigint NOT NULL DEFAULT 1,
    CONSTRAINT premise_has_one_address UNIQUE (address_key),
    CONSTRAINT premise_use_is_known CHECK (use IN ('residential', 'commercial', 'industrial', 'public')),
    CONSTRAINT parcel_has_block_and_lot CHECK ((block IS NULL) = (lot IS NULL)),
    CONSTRAINT qualifier_is_of_a_parcel CHECK (qualifier IS NULL OR block IS NOT NULL)
);
CREATE INDEX premises_by_parcel ON premises (block, lot, qualifier);

CREATE TABLE service_points (
    service_point_id uuid     PRIMARY KEY,
    premise_id       uuid     NOT NULL REFERENCES premises,
    commodity        text     NOT NULL,
    number           smallint NOT NULL DEFAULT 1,
    off_since        timestamptz,              -- the valve is shut; null: it is open
    off_order_id     uuid,                     -- by this order
    version          bigint   NOT NULL DEFAULT 1,
    CONSTRAINT point_has_one_name UNIQUE (premise_id, commodity, number),
    CONSTRAINT commodity_is_known CHECK (commodity IN ('water', 'sewer', 'electric')),
    CONSTRAINT valve_was_shut_by_an_order CHECK ((off_since IS NULL) = (off_order_id IS NULL))
);

CREATE TABLE meters (
    meter_id    uuid        PRIMARY KEY,
    serial      text        NOT NULL,
    size        text        NOT NULL,
    dials       smallint    NOT NULL,
    multiplier  int         NOT NULL,
    unit        text        NOT NULL,
    recorded_at timestamptz NOT NULL,
    version     bigint      NOT NULL DEFAULT 1,
    CONSTRAINT meter_has_one_serial UNIQUE (serial),
    CONSTRAINT meter_has_one_to_twelve_dials CHECK (dials BETWEEN 1 AND 12),
    CONSTRAINT multiplier_is_positive CHECK (multiplier > 0),
    CONSTRAINT unit_is_known CHECK (unit IN ('hcf', 'ccf', 'kgal', 'gal', 'cf', 'kwh'))
);

-- removed_on is the first day on which the meter does not hang there: spans touch and never overlap.
CREATE TABLE meter_installations (
    meter_installation_id uuid   PRIMARY KEY,
    meter_id              uuid   NOT NULL REFERENCES meters,
    service_point_id      uuid   NOT NULL REFERENCES service_points,
    installed_on          date   NOT NULL,
    installed_reading     bigint,
    removed_on            date,
    removed_reading       bigint,
    version               bigint NOT NULL DEFAULT 1,
    CONSTRAINT meter_is_removed_after_it_was_installed CHECK (removed_on >= installed_on),
    CONSTRAINT meter_hangs_at_one_point
        EXCLUDE USING gist (meter_id WITH =, daterange(installed_on, removed_on, '[)') WITH &&),
    CONSTRAINT point_has_one_meter
        EXCLUDE USING gist (service_point_id WITH =, daterange(installed_on, removed_on, '[)') WITH &&)
);
CREATE INDEX meter_installations_by_meter ON meter_installations (meter_id);
CREATE INDEX meter_installations_by_point ON meter_installations (service_point_id);
