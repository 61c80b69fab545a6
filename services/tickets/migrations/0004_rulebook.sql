-- The rulebook's section 8 as data: the desk's numbers, the categories with their targets, the texts for customers.
INSERT INTO policies (name, effective_on, body) VALUES ('desk', '2000-01-01', '{
    "hours": {
        "0": [["08:30", "16:30"]], "1": [["08:30", "16:30"]], "2": [["08:30", "16:30"]],
        "3": [["08:30", "16:30"]], "4": [["08:30", "16:30"]]
    },
    "warning_percent": 75,
    "escalation_minutes": 240,
    "escalation_levels": ["senior", "supervisor"],
    "closure_minutes": 2400,
    "routing_retry_minutes": 15,
    "lower_level_minutes": 480,
    "scarce_holders_max": 1
}');

-- A business day has 480 minutes.
CREATE TEMPORARY TABLE rulebook (
    category text, title text, department text, skill text, skill_level int, optional text[], weight int, privacy text,
    acknowledge int, resolution int
) ON COMMIT DROP;
INSERT INTO rulebook VALUES
    ('billing.high_bill', 'High bill', 'billing', 'billing', 2, '{meters}', 3, 'ordinary', 240, 2400),
    ('billing.incorrect_charge', 'Incorrect charge', 'billing', 'billing', 2, '{}', 3, 'ordinary', 240, 1440),
    ('billing.explanation', 'Explain a computation', 'billing', 'billing', 1, '{}', 1, 'ordinary', 120, 480),
    ('billing.review', 'Review of a held bill', 'billing', 'billing', 2, '{meters}', 2, 'ordinary', 480, 1440),
    ('account.name_change', 'Change of name', 'accounts', 'accounts', 1, '{}', 1, 'ordinary', 240, 960),
    ('account.address_change', 'Change of address', 'accounts', 'accounts', 1, '{}', 1, 'ordinary', 240, 480),
    ('service.turn_on', 'Turn-on', 'field', 'service', 1, '{}', 2, 'ordinary', 240, 960),
    ('service.turn_off', 'Turn-off', 'field', 'service', 1, '{}', 2, 'ordinary', 240, 960),
    ('service.shutoff', 'Shut-off for non-payment', 'field', 'service', 2, '{payments}', 2, 'ordinary', 480, 4800),
    ('service.reconnection', 'Reconnection', 'field', 'service', 1, '{payments}', 2, 'ordinary', 60, 480),
    ('service.connection_charge', 'Connection charge', 'billing', 'billing', 2, '{service}', 2, 'ordinary', 240, 1440),
    ('service.installation', 'Installation', 'field', 'service', 2, '{meters}', 3, 'ordinary', 240, 4800),
    ('service.failure', 'Service failure', 'field', 'service', 1, '{}', 3, 'ordinary', 30, 480),
    ('meter.special_reading', 'Special reading', 'field', 'meters', 1, '{}', 1, 'ordinary', 240, 1440),
    ('meter.final_reading', 'Final reading', 'field', 'meters', 1, '{accounts}', 1, 'ordinary', 240, 960),
    ('meter.private_reading', 'Private reading', 'field', 'meters', 1, '{}', 1, 'ordinary', 240, 1440),
    ('meter.repair', 'Meter repair', 'field', 'meters', 2, '{}', 2, 'ordinary', 240, 2400),
    ('meter.test', 'Meter test', 'field', 'meters', 2, '{billing}', 2, 'ordinary', 240, 4800),
    ('meter.tampering', 'Tampering', 'field', 'investigation', 2, '{meters}', 4, 'restricted', 240, 4800),
    ('meter.energy_diversion', 'Energy diversion', 'field', 'investigation', 2, '{meters}', 4, 'restricted', 240, 4800),
    ('street.sidewalk_restoration', 'Sidewalk restoration', 'streets', 'streets', 1, '{}', 2, 'ordinary', 480, 9600),
    ('street.street_restoration', 'Street restoration', 'streets', 'streets', 1, '{}', 2, 'ordinary', 480, 9600),
    ('payment.returned_check', 'Returned check', 'collections', 'payments', 1, '{billing}', 2, 'ordinary', 240, 1440),
    ('payment.misapplied', 'Misapplied payment', 'collections', 'payments', 2, '{billing}', 2, 'ordinary', 240, 960),
    ('payment.refund', 'Refund', 'collections', 'payments', 2, '{billing}', 2, 'ordinary', 480, 2400),
    ('payment.suspense', 'Payment in suspense', 'collections', 'payments', 1, '{accounts}', 1, 'ordinary', 480, 960),
    ('license.information', 'License information', 'licensing', 'licensing', 1, '{}', 1, 'ordinary', 120, 480),
    ('license.help', 'Help with a license form', 'licensing', 'licensing', 1, '{}', 1, 'ordinary', 240, 960),
    ('license.rejected_review', 'Review of a rejected application', 'licensing', 'licensing', 2, '{}', 2, 'ordinary',
        480, 4800),
    ('license.renewal', 'License renewal', 'licensing', 'licensing', 1, '{}', 1, 'ordinary', 480, 2400),
    ('complaint.staff', 'Complaint about staff', 'supervision', 'supervision', 1, '{}', 3, 'restricted', 240, 2400),
    ('inquiry.general', 'General inquiry', 'desk', 'general', 1, '{}', 1, 'ordinary', 120, 480),
    ('internal.procedure_question', 'Procedure question', 'desk', 'supervision', 1, '{}', 1, 'ordinary', 120, 480),
    ('internal.supervisor_question', 'Question to the supervisor', 'supervision', 'supervision', 1, '{}', 1, 'ordinary',
        120, 480),
    ('internal.employee_matter', 'Employee matter', 'supervision', 'supervision', 2, '{}', 3, 'restricted', 240, 4800),
    ('internal.training_need', 'Training need', 'supervision', 'supervision', 1, '{}', 1, 'ordinary', 960, 9600);

INSERT INTO categories (category, title, department, required_skill, required_level, optional_skills, weight, privacy)
    SELECT category, title, department, skill, skill_level, optional, weight, privacy FROM rulebook;
INSERT INTO targets (category, clock, effective_on, target_minutes)
    SELECT category, 'acknowledge', date '2000-01-01', acknowledge FROM rulebook
    UNION ALL SELECT category, 'resolution', date '2000-01-01', resolution FROM rulebook;

INSERT INTO templates (template, effective_on, body) VALUES
    ('order_scheduled', '2000-01-01', 'The crew''s visit is set for {scheduled_on}.'),
    ('order_dispatched', '2000-01-01', 'The crew is on its way.'),
    ('order_not_completed', '2000-01-01', 'The crew could not do the work: {reason}.'),
    ('turned_on', '2000-01-01', 'Your service was turned on on {completed_on}.'),
    ('turned_off', '2000-01-01', 'Your service was turned off on {completed_on}.'),
    ('shut_off', '2000-01-01',
        'The service was shut off on {completed_on} for non-payment. It comes back when what is past due is paid.'),
    ('reconnected', '2000-01-01', 'Your service was brought back on {completed_on}.'),
    ('order_called_off', '2000-01-01', 'The work was called off: {reason}.'),
    ('shutoff_called_off_paid', '2000-01-01', 'Your payment was received and the shut-off was called off.'),
    ('shutoff_called_off', '2000-01-01', 'The shut-off was called off.'),
    ('bill_issued', '2000-01-01', 'Your bill was reviewed. It was issued on {issued_on} and is due on {due_on}.'),
    ('payment_reversed', '2000-01-01', 'The payment was taken back: {reason}.'),
    ('remittance_suspended', '2000-01-01', 'The money is kept until it is known whose it is: {reason}.'),
    ('remittance_placed', '2000-01-01', 'The money was found to be yours and was posted.'),
    ('corrections_requested', '2000-01-01', 'The application needs corrections by {respond_by}.'),
    ('application_returned', '2000-01-01', 'The application came back corrected.'),
    ('application_approved', '2000-01-01', 'Your application was approved.'),
    ('application_denied', '2000-01-01', 'Your application was denied. The letter says why, and how to appeal.'),
    ('application_withdrawn', '2000-01-01', 'You took your application back.'),
    ('application_abandoned', '2000-01-01',
        'The corrections did not come by {respond_by}, and the application was closed. You may apply again.'),
    ('license_issued', '2000-01-01', 'Your license {license_number} was issued.');
