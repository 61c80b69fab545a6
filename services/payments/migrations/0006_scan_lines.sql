-- The line of a bill's stub that money came with: kept as it was sent, so that whoever places the money can read it.
ALTER TABLE remittances ADD COLUMN scan_line text;
