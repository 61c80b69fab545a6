-- What rates go by from a day on: the class, the households and the discounts that accounts told of a service later than
-- its start. A bill goes by what holds on the last day of its period.
CREATE TABLE rate_changes (
    agreement_id   uuid   NOT NULL,
    effective_on   date   NOT NULL,
    customer_class text   NOT NULL,
    dwelling_units int    NOT NULL,
    discounts      text[] NOT NULL,
    PRIMARY KEY (agreement_id, effective_on)
);
