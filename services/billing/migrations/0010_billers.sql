-- Who bills: the name, addresses, hours and ways to pay that stand on a bill, as data with a date.
CREATE TABLE billers (
    effective_on date        PRIMARY KEY,
    body         jsonb       NOT NULL,
    set_at       timestamptz NOT NULL,
    set_by       text        NOT NULL
);

-- A town of nowhere: telephone numbers kept for fiction, a web page that cannot exist (RFC 2606).
INSERT INTO billers (effective_on, body, set_at, set_by) VALUES ('1970-01-01', '{
    "name": "Millbrook Township Utilities",
    "address": ["1 Town Square", "Millbrook, NJ 00000"],
    "phone": "(973) 555-0140",
    "emergency_phone": "(973) 555-0149",
    "web_page": "utilities.millbrook.example",
    "payee": "Millbrook Township",
    "remit_to": ["Millbrook Township Utilities", "P.O. Box 100", "Millbrook, NJ 00000"],
    "hours": {"en": "Monday to Friday, 8:30 a.m. to 4:30 p.m.", "es": "Lunes a viernes, de 8:30 a.m. a 4:30 p.m."},
    "ways_to_pay": {
        "en": ["By mail: send a check or money order with the stub of this bill. Write your account number on it.",
               "At the counter: 1 Town Square. Cash, check, money order or card. Bring this bill.",
               "Online: utilities.millbrook.example. Have your account number ready.",
               "Through your bank: name your account number and the remittance address on the stub."],
        "es": ["Por correo: envíe un cheque o giro postal con el talón. Escriba en él su número de cuenta.",
               "En la ventanilla: 1 Town Square. Efectivo, cheque, giro postal o tarjeta. Traiga esta factura.",
               "Por internet: utilities.millbrook.example. Tenga a mano su número de cuenta.",
               "Por medio de su banco: indique su número de cuenta y la dirección de pago del talón."]
    },
    "notices": {
        "en": ["If you think that this bill is wrong, call us before its last day to pay.",
               "We will explain each charge, and have the meter read again if that is needed.",
               "If you cannot pay all of it at once, call us: payment can be arranged in parts."],
        "es": ["Si cree que esta factura tiene un error, llámenos antes de la fecha límite de pago.",
               "Le explicaremos cada cargo y, si hace falta, haremos leer de nuevo el medidor.",
               "Si no puede pagar todo de una vez, llámenos: se puede acordar un pago en partes."]
    }
}', '1970-01-01', 'migration');
