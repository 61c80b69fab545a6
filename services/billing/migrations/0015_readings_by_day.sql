-- Every night the usual use of peers is found from two months of readings: their days lie together, so a few pages say
-- where, and the insert of a reading costs nothing more.
CREATE INDEX readings_by_day ON readings USING brin (read_on);
