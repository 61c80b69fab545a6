-- What a customer is told when a bill that was held for review was found wrong.
INSERT INTO templates (template, effective_on, body) VALUES
    ('bill_cancelled', '2000-01-01',
        'Your bill was reviewed and found to be wrong. It was cancelled; you owe nothing for it.');
