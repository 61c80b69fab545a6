"""The bill's words in Spanish."""

from services.billing.domain.explanations.catalog import Catalog

SPANISH = Catalog(
    lines={
        "per_unit": "{label}: {counted} x {rate} por {per} (vigente desde el {since}) = {amount}, {rounding}.",
        "minimum": "{label}: {counted} x {rate} por {per} (vigente desde el {since}) = {amount}, {rounding}."
        " Se cobra este mínimo porque es mayor que el importe del consumo, {other}.",
        "tier": "{label}: {counted} en este tramo x {rate} por {per} (vigente desde el {since}) = {amount},"
        " {rounding}.",
        "block": "{label}: {rate} (vigente desde el {since}) por el bloque en que cae el consumo = {amount},"
        " {rounding}.",
        "adjustment": "{label}: {counted} x {rate} por {per} (vigente desde el {since}) = {amount},"
        " {rounding}.",
        "credit": "{label}: {counted} x {rate} por {per} (vigente desde el {since}) = {amount}, {rounding};"
        " es a su favor.",
        "percentage": "{label}: {percent} % (vigente desde el {since}) de {base} = {amount}, {rounding}.",
        "tax": "{label}: un impuesto del {percent} % (vigente desde el {since}) sobre {base} = {amount}, {rounding}.",
        "surcharge": "{label}: un recargo del {percent} % (vigente desde el {since}) sobre {base} = {amount},"
        " {rounding}.",
        "discount": "{label}: un descuento del {percent} % (vigente desde el {since}) sobre {base} = {amount},"
        " {rounding}.",
        "discount_of_an_amount": "{label}: un descuento de {rate} (vigente desde el {since}), a lo sumo el importe al"
        " que se aplica, {base} = {amount}, {rounding}.",
        "fixed": "{label}: {rate} (vigente desde el {since}) en cada factura.",
        "fixed_reckoned": "{label}: a partir de {rate} (vigente desde el {since}), resulta {amount}, {rounding}.",
        "top_up": "{label}: se cobra al menos {other} ({counted} x {rate} por {per}, vigente desde el {since});"
        " los cargos anteriores suman {base}, así que se agrega {amount}, {rounding}.",
        "demand": "{label}: {counted} de demanda x {rate} por {per} (vigente desde el {since}) = {amount},"
        " {rounding}.",
        "reactive": "{label}: {counted} por encima de lo permitido x {rate} por {per} (vigente desde el"
        " {since}) = {amount}, {rounding}.",
    },
    asides={
        "least": "El mínimo por {days}, {other}, no es mayor.",
        "counted_up": "El consumo de {of} se cuenta en pasos enteros de {step}; una fracción cuenta como entero.",
        "counted_down": "El consumo de {of} se cuenta en pasos enteros de {step}; una fracción no se cuenta.",
        "parts_up": "{of} se cuenta en unidades enteras de {per} o fracción.",
        "parts_down": "{of} se cuenta en unidades enteras de {per}; una fracción no se cobra.",
        "converted": "{quantity} {unit} x {factor} es la cantidad en la unidad que se cobra.",
        "allowance": "De {of}, {free} está incluido y no se cobra aquí.",
        "at_most": "Se concede por un máximo de {through}.",
        "winter": "Se factura el promedio de su consumo de invierno ({listed}): {quantity}.",
        "winter_new": "Como aún no se conoce un consumo de invierno, se factura {quantity}, como a un cliente nuevo.",
        "winter_none": "Como aún no se conoce un consumo de invierno, se factura el consumo de este período.",
        "winter_lower": "El consumo de este período, {quantity}, es menor que el promedio de invierno y se factura en"
        " su lugar.",
        "winter_cap": "No se factura más de {quantity}.",
        "share": "De {of} en todo el período, aquí se cobra la parte de {part} de sus {whole} días.",
        "tier": "Este tramo empieza por encima de {floor} y llega hasta {top}.",
        "tier_above": "Este tramo es para todo lo que pasa de {floor}.",
        "in_block": "El consumo es de {used} {unit}.",
        "by_months": "Un mes son 365/12 días, y el precio es por {months}; se cobran {part} días.",
        "by_days": "Se cobran {part} de {whole} días.",
        "dwelling_units": "Se cobra por cada vivienda; hay {count}.",
        "meter_size": "Es el precio para un medidor de tamaño {size}.",
        "measured": "La demanda medida es de {kw} kw.",
        "ratchet": "El {percent} % de la demanda más alta de los once meses anteriores, {highest} kw, es {kw} kw, más"
        " de lo que se midió.",
        "least_kw": "Se facturan al menos {kw} kw.",
        "kvar_allowed": "Se midieron {kvar} kvar; se permite el {percent} % de los {kw} kw, que es {allowed}.",
        "of": "{base} es la suma de: {labels}.",
        "rule": "Establecido por: {rule}.",
    },
    uses={
        "no_meter": "Este servicio no tiene medidor; la factura es por {days}.",
        "dials": "El medidor pasó de {begin} a {end}: {quantity} {unit} en {days}.",
        "exchanged": "El medidor se cambió en este período; lo que ambos contaron de {begin} a {end}, como se muestra,"
        " es {quantity} {unit} en {days}.",
        "rolled_over": "El medidor pasó de {begin} a {end}, después de que los números llegaron a su límite y volvieron"
        " a cero: {quantity} {unit} en {days}.",
    },
    units={
        "hcf": "cientos de pies cúbicos",
        "ccf": "cientos de pies cúbicos",
        "cf": "pies cúbicos",
        "kgal": "miles de galones",
        "gal": "galones",
        "kwh": "kilovatios-hora",
        "kw": "kilovatios",
        "kvar": "kilovares",
    },
    nouns={
        "day": ("día", "días"),
        "bill": ("factura", "facturas"),
        "dwelling unit": ("vivienda", "viviendas"),
        "dollar": ("dólar", "dólares"),
    },
    roundings={
        "half_up": "redondeado al centavo más cercano",
        "half_even": "redondeado al centavo más cercano, la mitad al par",
        "up": "redondeado al centavo superior",
        "down": "sin las fracciones de centavo",
    },
    months=(
        "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre",
        "diciembre",
    ),
    day="{day} de {month} de {year}",
)  # fmt: skip
