"""The words that stand on a bill, in English and in Spanish, side by side."""

from shared.paper import Language

_PHRASES: dict[str, tuple[str, str]] = {
    "title": ("Utility bill", "Factura de servicios públicos"),
    "title_of": ("Utility bill for account {number}, {day}", "Factura de la cuenta {number}, {day}"),
    "water": ("Water", "Agua"),
    "sewer": ("Sewer", "Alcantarillado"),
    "electric": ("Electric", "Electricidad"),
    "other": ("Other services", "Otros servicios"),
    # What is asked, of whom
    "amount_due": ("Amount due", "Total a pagar"),
    "credit_balance": ("Credit balance", "Saldo a favor"),
    "pay_by": ("Please pay by {day}", "Pague a más tardar el {day}"),
    "last_day": ("Last day to pay", "Fecha límite de pago"),
    "nothing_to_pay": ("Nothing to pay", "No tiene nada que pagar"),
    "not_yet_due": ("Not yet issued", "Aún no emitida"),
    "account_number": ("Account number", "Número de cuenta"),
    "customer": ("Customer", "Cliente"),
    "service_address": ("Service address", "Dirección del servicio"),
    "mailing_address": ("Mailing address", "Dirección postal"),
    "issued_on": ("Bill date", "Fecha de la factura"),
    "service_period": ("Service period", "Período de servicio"),
    "period": ("{start} – {end} ({days} days)", "{start} – {end} ({days} días)"),
    "period_of_one": ("{start} – {end} (1 day)", "{start} – {end} (1 día)"),
    "rate_code": ("Rate code", "Código de tarifa"),
    "bill_number": ("Bill number", "Número de factura"),
    # What it does not ask
    "held": ("On hold", "Retenida"),
    "held_notice": (
        "This bill is held for review and has not been issued. Do not pay it.",
        "Esta factura está retenida para su revisión y no ha sido emitida. No la pague.",
    ),
    "cancelled": ("Cancelled", "Anulada"),
    "cancelled_notice": (
        "This bill was cancelled. Do not pay it; what is owed is on the bill that replaces it, or on the next one.",
        "Esta factura fue anulada. No la pague; lo que debe figura en la factura que la reemplaza o en la siguiente.",
    ),
    # The account
    "summary": ("Your account", "Su cuenta"),
    "as_of": ("As of {day}", "Al {day}"),
    "previous_balance": ("Previous balance", "Saldo anterior"),
    "payments": ("Payments received, thank you", "Pagos recibidos, gracias"),
    "returned": ("Payments returned by the bank", "Pagos devueltos por el banco"),
    "adjustments": ("Adjustments and corrections", "Ajustes y correcciones"),
    "other_bills": ("Other bills of the same day", "Otras facturas del mismo día"),
    "this_bill": ("This bill", "Esta factura"),
    "pay_once": (
        "The amount due is for the whole account and stands on each bill of the day: pay it once.",
        "El total a pagar es de toda la cuenta y figura en cada factura del día: páguelo una sola vez.",
    ),
    "budget_amount": ("Budget amount of this bill", "Cuota fija de esta factura"),
    "true_up": ("Budget plan settled", "Liquidación del plan de cuotas fijas"),
    # The budget plan
    "plan": ("Your budget plan", "Su plan de cuotas fijas"),
    "plan_before": ("Used more than asked, before this bill", "Consumido de más antes de esta factura"),
    "plan_ahead_before": ("Paid ahead, before this bill", "Adelantado antes de esta factura"),
    "plan_used": ("Net charges of this bill", "Cargos netos de esta factura"),
    "plan_asked": ("Budget amount that is asked instead", "Cuota fija que se cobra en su lugar"),
    "plan_behind": ("Used more than asked, not due yet", "Consumido de más, aún no exigible"),
    "plan_ahead": ("Paid ahead", "Adelantado a su favor"),
    "plan_settled_in": (
        "The difference is settled with the last bill of the plan's year, about {month}, or when the plan ends.",
        "La diferencia se liquida con la última factura del año del plan, hacia {month}, o cuando el plan termine.",
    ),
    "plan_settled_now": (
        "The plan's year ends with this bill: the difference is settled, and is part of the account above.",
        "El año del plan termina con esta factura: la diferencia se liquida y forma parte de la cuenta de arriba.",
    ),
    "plan_see_behind": (
        "You are on a budget plan; page 2 says how it stands.",
        "Usted tiene un plan de cuotas fijas; la página 2 dice cómo va.",
    ),
    # The meter
    "reads": ("Meter reading", "Lectura del medidor"),
    "meter": ("Meter", "Medidor"),
    "began": ("Began", "Inicial"),
    "ended": ("Ended", "Final"),
    "reading": ("Reading", "Lectura"),
    "date": ("Date", "Fecha"),
    "obtained": ("How obtained", "Cómo se obtuvo"),
    "units": ("Dial units", "Unidad del medidor"),
    "multiplier": ("Multiplier", "Multiplicador"),
    "actual": ("Actual", "Real"),
    "estimated": ("ESTIMATED", "ESTIMADA"),
    "customer_read": ("Read by the customer", "Leída por el cliente"),
    "multiplied": ("Each dial unit counts {multiplier} times.", "Cada unidad del medidor cuenta {multiplier} veces."),
    "converted": (
        "The meter counts in {metered}; the bill is in {billed}.",
        "El medidor cuenta en {metered}; la factura está en {billed}.",
    ),
    "factor": ("1 {unit} is priced as {factor} {to}.", "1 {unit} se cobra como {factor} {to}."),
    "estimated_notice": (
        "A reading of this bill is ESTIMATED, from the use before it; the next actual reading corrects it.",
        "Una lectura de esta factura es ESTIMADA según el consumo anterior; la próxima lectura real la corrige.",
    ),
    # What it comes to
    "charges": ("Charges of this bill", "Cargos de esta factura"),
    "explained": ("How each charge was worked out", "Cómo se calculó cada cargo"),
    "charge": ("Charge", "Cargo"),
    "amount": ("Amount", "Importe"),
    "gross": ("Gross charges", "Cargos brutos"),
    "credits": ("Discounts and credits", "Descuentos y créditos"),
    "net": ("Net charges of this bill", "Cargos netos de esta factura"),
    "see_behind": ("Each charge is explained on page 2.", "Cada cargo se explica en la página 2."),
    # Use
    "use": ("Your use, {unit} a day", "Su consumo diario, en {unit}"),
    "use_in_words": (
        "{count} periods, from {first} to {last}, as use a day in {unit}; this period: {now}.",
        "{count} períodos, de {first} a {last}, como consumo diario en {unit}; este período: {now}.",
    ),
    "no_history": ("The periods to come will stand beside this one.", "Los próximos períodos aparecerán junto a este."),
    "legend_now": ("This period", "Este período"),
    "legend_before": ("Before", "Anteriores"),
    "legend_estimated": ("Estimated", "Estimado"),
    "compared": ("The same time last year", "La misma época del año pasado"),
    "ends": ("Period ending", "Período que termina"),
    "days": ("Days", "Días"),
    "used": ("Used", "Consumo"),
    "a_day": ("A day", "Por día"),
    "more": ("{percent} % more a day than last year.", "{percent} % más por día que el año pasado."),
    "less": ("{percent} % less a day than last year.", "{percent} % menos por día que el año pasado."),
    "same": ("About the same a day as last year.", "Casi lo mismo por día que el año pasado."),
    "no_last_year": (
        "There is no bill of the same time last year to compare with.",
        "No hay factura de la misma época del año pasado con la cual comparar.",
    ),
    # Paying and asking
    "how_to_pay": ("How to pay", "Cómo pagar"),
    "questions": ("Questions?", "¿Preguntas?"),
    "phone": ("Telephone", "Teléfono"),
    "hours": ("Hours", "Horario"),
    "emergency": ("Emergencies, any hour", "Emergencias, a toda hora"),
    "web_page": ("Web page", "Página web"),
    "address": ("Address", "Dirección"),
    "good_to_know": ("Good to know", "Conviene saber"),
    "stub": ("Please return this part with your payment", "Devuelva esta parte con su pago"),
    "payable_to": ("Make checks payable to {payee}", "Pagadero a nombre de {payee}"),
    "remit_to": ("Mail to", "Envíe a"),
    "enclosed": ("Amount enclosed", "Importe adjunto"),
    "scan_line": ("For the payment machine", "Para la máquina de pagos"),
    "page": ("Page {number} of {count}", "Página {number} de {count}"),
}


def phrase(name: str, language: Language, **facts: object) -> str:
    """What stands on the bill in this language, with these facts."""
    english, spanish = _PHRASES[name]
    return (english if language == "en" else spanish).format(**facts)
