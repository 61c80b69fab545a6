-- How often each account has changed: the row that is locked before a change is told.
CREATE TABLE versions (account_id uuid PRIMARY KEY, version bigint NOT NULL);
