-- Every meter's serial, also of one that was exchanged: a bill shows whose dials were read. Billing's own copy.
CREATE TABLE meters (
    meter_id uuid PRIMARY KEY,
    serial   text NOT NULL
);
INSERT INTO meters (meter_id, serial)
SELECT meter_id, max(meter_serial) FROM agreements WHERE meter_id IS NOT NULL GROUP BY meter_id;
