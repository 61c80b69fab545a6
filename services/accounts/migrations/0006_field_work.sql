-- Every kind of field work, why it was asked for, by when it is due, and who takes the service over.
ALTER TABLE service_orders DROP CONSTRAINT order_kind_is_known;
ALTER TABLE service_orders ADD CONSTRAINT order_kind_is_known CHECK (kind IN (
    'turn_on', 'turn_off', 'nonpayment_shutoff', 'reconnection', 'final_reading', 'special_reading', 'private_reading',
    'reread', 'meter_exchange', 'meter_test', 'meter_repair', 'leak_check', 'tamper_check', 'installation',
    'street_restoration', 'sidewalk_restoration')) NOT VALID;
ALTER TABLE service_orders VALIDATE CONSTRAINT order_kind_is_known;
ALTER TABLE service_orders DROP CONSTRAINT turning_is_for_an_agreement;
ALTER TABLE service_orders ADD CONSTRAINT turning_is_for_an_agreement
    CHECK (kind NOT IN ('turn_on', 'turn_off', 'final_reading') OR agreement_id IS NOT NULL) NOT VALID;
ALTER TABLE service_orders VALIDATE CONSTRAINT turning_is_for_an_agreement;
ALTER TABLE service_orders
    ADD COLUMN purpose_code text,
    ADD COLUMN due_at timestamptz,
    ADD COLUMN next_agreement_id uuid REFERENCES service_agreements;
CREATE INDEX service_orders_by_next_agreement ON service_orders (next_agreement_id);
DROP INDEX one_open_order_of_a_kind_at_a_point;
CREATE UNIQUE INDEX one_open_order_of_a_kind_at_a_point ON service_orders (service_point_id, kind)
    WHERE kind NOT IN ('nonpayment_shutoff', 'reconnection') AND state NOT IN ('completed', 'cancelled');
CREATE INDEX service_orders_by_crew_and_day ON service_orders (crew, scheduled_on, order_id);
