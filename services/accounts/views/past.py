"""An account as it was on a past day: names, mailing address, roles, services, meters and open work of that day."""

from services.accounts.views.rates import RATES_ON_DAY
from services.accounts.views.services import AGREED, METER

ACCOUNT_ON_DAY = f"""
SELECT a.account_id, a.account_number, a.holder_id, a.billing_cycle, a.opened_on, a.version,
       CASE WHEN a.closed_on <= $2 THEN a.closed_on END AS closed_on,
       (SELECT max(x.through_on) FROM protections x WHERE x.account_id = a.account_id AND x.from_on <= $2
        AND x.through_on >= $2 AND (x.ended_on IS NULL OR x.ended_on > $2)) AS protected_through,
       coalesce((SELECT c.mailing_address FROM address_changes c
                 WHERE c.account_id = a.account_id AND c.effective_on <= $2
                 ORDER BY c.effective_on DESC, c.change_id DESC LIMIT 1),
                (SELECT c.former_address FROM address_changes c WHERE c.account_id = a.account_id
                 ORDER BY c.effective_on, c.change_id LIMIT 1),
                a.mailing_address) AS mailing_address,
       (SELECT to_jsonb(p) - 'address_key' FROM premises p WHERE p.premise_id = a.premise_id) AS premise,
       coalesce((
           SELECT jsonb_agg(jsonb_build_object(
               'person_id', p.person_id, 'phone', p.phone, 'email', p.email, 'role', r.role, 'since_on', r.since_on,
               'name', coalesce((SELECT c.name FROM name_changes c
                                 WHERE c.person_id = p.person_id AND c.effective_on <= $2
                                 ORDER BY c.effective_on DESC, c.change_id DESC LIMIT 1),
                                (SELECT c.former_name FROM name_changes c WHERE c.person_id = p.person_id
                                 ORDER BY c.effective_on, c.change_id LIMIT 1),
                                p.name))
               ORDER BY r.account_person_id)
           FROM account_people r JOIN people p USING (person_id)
           WHERE r.account_id = a.account_id AND r.since_on <= $2 AND (r.until_on IS NULL OR r.until_on > $2)),
           '[]') AS people,
       coalesce((
           SELECT jsonb_agg(jsonb_build_object(
               {AGREED},
               'stopped_on', CASE WHEN g.stopped_on <= $2 THEN g.stopped_on END,
               'stop_reading', CASE WHEN g.stopped_on <= $2 THEN g.stop_reading END,
               'off_since', CASE WHEN s.off_since < $3 THEN s.off_since END,
               'meter', ({METER} AND i.installed_on <= $2 AND (i.removed_on IS NULL OR i.removed_on > $2)))
               ORDER BY g.agreement_id)
           FROM service_agreements g JOIN service_points s USING (service_point_id) {RATES_ON_DAY}
           WHERE g.account_id = a.account_id AND g.started_on <= $2), '[]') AS services,
       coalesce((
           SELECT jsonb_agg(jsonb_build_object(
               'order_id', o.order_id, 'kind', o.kind, 'state', c.state, 'requested_at', o.requested_at,
               'scheduled_on', c.details ->> 'scheduled_on', 'crew', c.details ->> 'crew',
               'reason_code', c.reason_code) ORDER BY o.order_id)
           FROM service_orders o CROSS JOIN LATERAL (
               SELECT c.state, c.details, c.reason_code FROM order_changes c
               WHERE c.order_id = o.order_id AND c.changed_at < $3 ORDER BY c.version DESC LIMIT 1) c
           WHERE o.account_id = a.account_id AND c.state NOT IN ('completed', 'cancelled')), '[]') AS open_orders
FROM accounts a WHERE a.account_id = $1
"""
"""$1 the account, $2 the day, $3 the moment at which the day ends. An order shows what its last change then said."""
