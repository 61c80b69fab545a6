"""The words of the letters of version 1, in English and in Spanish, side by side."""

PHRASES: dict[str, tuple[str, str]] = {
    "water": ("Water", "Agua"),
    "sewer": ("Sewer", "Alcantarillado"),
    "electric": ("Electric", "Electricidad"),
    "other": ("Other services", "Otros servicios"),
    "total": ("Total", "Total"),
    "difference": ("Difference", "Diferencia"),
    "balance_owed": ("Your account now shows {amount} to pay.", "Su cuenta muestra ahora {amount} por pagar."),
    "balance_credit": (
        "Your account now shows a credit of {amount}; it pays your next bill.",
        "Su cuenta muestra ahora un saldo a favor de {amount}, que paga su próxima factura.",
    ),
    "balance_none": ("Your account now shows nothing to pay.", "Su cuenta no muestra ahora nada por pagar."),
    # An adjustment
    "adjustment_credit": ("A credit on your account", "Un crédito en su cuenta"),
    "adjustment_charge": ("A charge that was not on your bill", "Un cargo que no figuraba en su factura"),
    "adjusted_no_bill": (
        "We have credited {amount} to your account.",
        "Hemos acreditado {amount} en su cuenta.",
    ),
    "taken_off_bill": (
        "We have taken {amount} off your bill for {start} to {end}, which came to {total}.",
        "Hemos descontado {amount} de su factura del {start} al {end}, que sumaba {total}.",
    ),
    "added_to_bill": (
        "Your bill for {start} to {end}, which came to {total}, did not ask for everything: {amount} is added.",
        "Su factura del {start} al {end}, que sumaba {total}, no cobraba todo: se agregan {amount}.",
    ),
    "added_due": (
        "The {amount} are due on {day}. If you cannot pay all at once, call us: payment in parts can be arranged.",
        "Los {amount} vencen el {day}. Si no puede pagar todo a la vez, llámenos: se puede acordar un pago en partes.",
    ),
    "cause_leak_repaired": (
        "The reason: water was lost by a leak, and the leak was repaired.",
        "El motivo: se perdió agua por una fuga, y la fuga fue reparada.",
    ),
    "cause_leak_underground": (
        "The reason: water was lost by a leak under the ground, where you could not see it.",
        "El motivo: se perdió agua por una fuga bajo tierra, donde usted no podía verla.",
    ),
    "cause_not_explained": (
        "The reason: we looked into the high bill and found nothing that explains it.",
        "El motivo: revisamos la factura alta y no encontramos nada que la explique.",
    ),
    "cause_long_period": (
        "The reason: the bill was for more days than usual.",
        "El motivo: la factura abarcaba más días de lo habitual.",
    ),
    "cause_estimate_too_high": (
        "The reason: an estimated reading was too high.",
        "El motivo: una lectura estimada fue demasiado alta.",
    ),
    "cause_fast_meter": (
        "The reason: the meter was tested and ran fast. The whole error is given back.",
        "El motivo: el medidor fue probado y marcaba de más. Se devuelve todo el error.",
    ),
    "cause_misread": ("The reason: the meter was misread.", "El motivo: el medidor fue leído mal."),
    "cause_wrong_multiplier": (
        "The reason: the reading was multiplied by a wrong number.",
        "El motivo: la lectura se multiplicó por un número equivocado.",
    ),
    "cause_first_time": (
        "The reason: it was the first time, and the penalty is waived.",
        "El motivo: fue la primera vez, y se perdona el recargo.",
    ),
    "cause_city_error": ("The reason: an error of ours.", "El motivo: un error nuestro."),
    "cause_hardship": (
        "The reason: the penalty is waived because of hardship.",
        "El motivo: se perdona el recargo por dificultades económicas.",
    ),
    "cause_service_failure": (
        "The reason: the service failed. We are sorry for that.",
        "El motivo: el servicio falló. Lo lamentamos.",
    ),
    "cause_goodwill": ("We do this as a courtesy.", "Lo hacemos como cortesía."),
    "cause_tampering": (
        "The reason: the meter was tampered with, and did not count everything that was used.",
        "El motivo: el medidor fue manipulado y no contó todo lo consumido.",
    ),
    "cause_unbilled_service": (
        "The reason: a service that you had was not billed.",
        "El motivo: no se facturó un servicio que usted recibió.",
    ),
    "cause_wrong_rate": ("The reason: a wrong rate was used.", "El motivo: se aplicó una tarifa equivocada."),
    "cause_uncollectible": (
        "This amount is written off and is no longer asked for.",
        "Este importe se da de baja y ya no se cobra.",
    ),
    "cause_bankruptcy": (
        "This amount is written off and is no longer asked for.",
        "Este importe se da de baja y ya no se cobra.",
    ),
    "cause_small_balance": (
        "The balance was small; it is written off and is no longer asked for.",
        "El saldo era pequeño; se da de baja y ya no se cobra.",
    ),
    # A bill that was cancelled
    "cancellation": ("A bill of yours was cancelled", "Una factura suya fue anulada"),
    "cancelled": (
        "Your bill for {start} to {end}, which came to {total}, is cancelled. Please do not pay it.",
        "Su factura del {start} al {end}, que sumaba {total}, queda anulada. No la pague.",
    ),
    "reason_misread_meter": ("The reason: the meter was misread.", "El motivo: el medidor fue leído mal."),
    "reason_wrong_meter": (
        "The reason: the meter of another home was read.",
        "El motivo: se leyó el medidor de otra vivienda.",
    ),
    "reason_wrong_rate": ("The reason: a wrong rate was used.", "El motivo: se aplicó una tarifa equivocada."),
    "reason_wrong_customer": (
        "The reason: the bill belongs to another customer.",
        "El motivo: la factura corresponde a otro cliente.",
    ),
    "reason_meter_test": (
        "The reason: the meter was tested, and the bill follows from the result.",
        "El motivo: el medidor fue probado, y la factura se corrige según el resultado.",
    ),
    "reason_tampering": ("The reason: the meter was tampered with.", "El motivo: el medidor fue manipulado."),
    "reason_duplicate": (
        "The reason: the same period was billed twice.",
        "El motivo: el mismo período se facturó dos veces.",
    ),
    "reason_other": ("The bill was wrong. We are sorry for that.", "La factura estaba equivocada. Lo lamentamos."),
    "paid_is_credit": (
        "Whatever you paid on it is not lost: it stands to your credit and pays what else is open, or the new bill.",
        "Lo que haya pagado no se pierde: queda a su favor y paga lo que esté pendiente o la nueva factura.",
    ),
    "new_bill_follows": (
        "If this period is to be billed again, a new bill comes to you, with every charge explained.",
        "Si este período debe facturarse de nuevo, recibirá una nueva factura con cada cargo explicado.",
    ),
    "new_bill": ("The new bill", "La nueva factura"),
    "old_bill": ("The cancelled bill", "La factura anulada"),
    "new_bill_due": (
        "The new bill for the same period comes to {total}. Its last day to pay is {day}.",
        "La nueva factura del mismo período suma {total}. Su fecha límite de pago es el {day}.",
    ),
    # A dispute
    "dispute": ("Our decision on your dispute", "Nuestra decisión sobre su reclamo"),
    "disputed": (
        "You questioned {amount} of your bill for {start} to {end}, which came to {total}.",
        "Usted reclamó {amount} de su factura del {start} al {end}, que sumaba {total}.",
    ),
    "dispute_upheld": (
        "We looked into it and found the bill to be right.",
        "Lo revisamos y encontramos que la factura es correcta.",
    ),
    "dispute_adjusted": (
        "We looked into it and took {adjusted} off the bill.",
        "Lo revisamos y descontamos {adjusted} de la factura.",
    ),
    "dispute_withdrawn": (
        "You told us that you no longer question it.",
        "Usted nos dijo que ya no lo reclama.",
    ),
    "questioned": ("What you questioned", "Lo que usted reclamó"),
    "left_due": (
        "{left} of what you questioned are still to be paid. The last day to pay is {day}.",
        "De lo que usted reclamó quedan por pagar {left}. La fecha límite de pago es el {day}.",
    ),
    "old_due": (
        "The bill is to be paid as it was asked for; its last day to pay was {day}.",
        "La factura debe pagarse como se había pedido; su fecha límite de pago era el {day}.",
    ),
    "nothing_left": (
        "Nothing of what you questioned is left to be paid.",
        "De lo que usted reclamó no queda nada por pagar.",
    ),
    "was_held": (
        "What you questioned was not past due while we looked into it.",
        "Lo que usted reclamó no estuvo vencido mientras lo revisábamos.",
    ),
    # A meter's test
    "meter_test": ("The test of your meter", "La prueba de su medidor"),
    "tested": (
        "Your meter, number {serial}, was tested on {day}.",
        "Su medidor, número {serial}, fue probado el {day}.",
    ),
    "meter_fast": (
        "It ran fast by {percent} %, which is more than the {allowed} % that are allowed (N.J.A.C. 14:3-4.6).",
        "Marcaba {percent} % de más, que supera el {allowed} % permitido (N.J.A.C. 14:3-4.6).",
    ),
    "meter_within": (
        "It is right: off by {percent} %, within the {allowed} % allowed (N.J.A.C. 14:3-4.6). Your bills stand.",
        "Es correcto: {percent} % de error, del {allowed} % permitido (N.J.A.C. 14:3-4.6). Sus facturas se mantienen.",
    ),
    "meter_slow": (
        "It ran slow by {percent} %. You are not charged for what it did not count (N.J.A.C. 14:3-4.6).",
        "Marcaba {percent} % de menos. No se le cobra lo que no contó (N.J.A.C. 14:3-4.6).",
    ),
    "whole_error": (
        "We give back the whole error from {since} on: {amount}. Another letter tells you when it is on your account.",
        "Devolvemos todo el error desde el {since}: {amount}. Otra carta le avisará cuando esté en su cuenta.",
    ),
    "no_bill_of_then": (
        "The whole error is given back from {since} on; no bill was issued for that time yet.",
        "Se devuelve todo el error desde el {since}; todavía no se emitió ninguna factura de ese tiempo.",
    ),
    # A bill, explained
    "explanation": ("Your bill, explained", "Su factura, explicada"),
    "explained": (
        "This is how each charge of your bill for {start} to {end} was worked out; together they come to {total}.",
        "Así se calculó cada cargo de su factura del {start} al {end}; en conjunto suman {total}.",
    ),
    "bill_total": ("The bill", "La factura"),
    "pay_by": ("Its last day to pay is {day}.", "Su fecha límite de pago es el {day}."),
    # A high bill
    "findings": ("Why your bill was higher", "Por qué su factura fue más alta"),
    "looked_at": (
        "We looked into your bill for {start} to {end}, which came to {total}.",
        "Revisamos su factura del {start} al {end}, que sumaba {total}.",
    ),
    "held_beside": (
        "We held it beside your bill of the period that ended on {end}, which came to {total}.",
        "La comparamos con su factura del período que terminó el {end}, que sumaba {total}.",
    ),
    "used": (
        "You used {now} {unit} a day in this period, and {then} {unit} a day then.",
        "Usted consumió {now} {unit} por día en este período, y {then} {unit} por día entonces.",
    ),
    "more_a_day": ("That is {percent} % more a day.", "Es {percent} % más por día."),
    "less_a_day": ("That is {percent} % less a day.", "Es {percent} % menos por día."),
    "reasons": (
        "This is what each possible reason explains of the difference:",
        "Esto es lo que cada posible motivo explica de la diferencia:",
    ),
    "why_longer_period": ("The length of the period", "La duración del período"),
    "why_rate_change": ("The rates changed", "Las tarifas cambiaron"),
    "why_estimate_corrected": (
        "An earlier estimate was too low, and the actual reading made up for it",
        "Una estimación anterior fue demasiado baja, y la lectura real la compensó",
    ),
    "why_leak_pattern": (
        "Use far above what is usual for you, as a leak would cause it",
        "Un consumo muy superior al habitual, como el que causaría una fuga",
    ),
    "why_more_use": ("A change in what was used", "Un cambio en lo consumido"),
    "why_season": ("The season", "La estación del año"),
    "days_then_and_now": (
        "{now} days are billed now, {then} were then.",
        "Ahora se facturan {now} días; antes, {then}.",
    ),
    "next_explain": (
        "We explain each charge to you on request. If it is hard to pay at once, payment in parts can be arranged.",
        "Le explicamos cada cargo si lo pide. Si le es difícil pagar de una vez, se puede acordar un pago en partes.",
    ),
    "next_re_read": (
        "We will read the meter again. If the reading was wrong, the bill is cancelled and made anew.",
        "Leeremos de nuevo el medidor. Si la lectura estaba equivocada, la factura se anula y se hace de nuevo.",
    ),
    "next_leak_check": (
        "Look at faucets, toilets and pipes. We can look for a leak; once it is repaired, ask for an adjustment.",
        "Revise grifos, inodoros y tuberías. Podemos buscar una fuga; cuando esté reparada, pídanos un ajuste.",
    ),
    "next_meter_test": (
        "We can read the meter again and test it. If it is fast, the whole error is given back to you.",
        "Podemos leer de nuevo el medidor y probarlo. Si marca de más, se le devuelve todo el error.",
    ),
    "may_dispute": (
        "If you do not agree, tell us which part of the bill you question: that part is held while we look into it.",
        "Si no está de acuerdo, díganos qué parte reclama: esa parte queda en suspenso mientras la revisamos.",
    ),
}
