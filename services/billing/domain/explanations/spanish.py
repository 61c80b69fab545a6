"""The bill's words in Spanish."""

from services.billing.domain.explanations.catalog import Catalog

SPANISH = Catalog(
    lines={
        "per_unit": "{label}: {quantity} {unit} x {rate} por {per} (vigente desde el {since}) = {amount}, {rounding}.",
        "minimum": "{label}: {days} x {rate} por día (vigente desde el {since}) = {amount}, {rounding}."
        " Se cobra este mínimo diario porque es mayor que el importe del consumo, {other}.",
        "tier": "{label}: {quantity} {unit} en este tramo x {rate} por {per} (vigente desde el {since}) = {amount},"
        " {rounding}.",
        "adjustment": "{label}: {quantity} {unit} x {rate} por {per} (vigente desde el {since}) = {amount},"
        " {rounding}.",
        "percentage": "{label}: {percent} % (vigente desde el {since}) de {base} = {amount}, {rounding}.",
        "fixed": "{label}: {rate} (vigente desde el {since}) en cada factura.",
    },
    asides={
        "least": "El mínimo diario por {days}, {other}, no es mayor.",
        "rule": "Establecido por: {rule}.",
    },
    uses={
        "no_meter": "Este servicio no tiene medidor; la factura es por {days}.",
        "dials": "El medidor pasó de {begin} a {end}: {quantity} {unit} en {days}.",
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
    },
    roundings={"half_up": "redondeado al centavo más cercano"},
    months=(
        "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre",
        "diciembre",
    ),
    day="{day} de {month} de {year}",
    days=("{count} día", "{count} días"),
)  # fmt: skip
