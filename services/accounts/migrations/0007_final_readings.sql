-- A final reading is due within 48 hours of notice in every pack (N.J.A.C. 14:3-3A.1(b)).
UPDATE policies SET body = body || '{"final_reading": {"within_hours": 48}}';
