"""What people send to open an account, and to change a name or an address in it."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from services.accounts.commands.forms.form import Discounts, Form, Households
from services.accounts.domain.accounts import PersonRole
from services.accounts.domain.asked import MeterAsked, Opening, PersonAsked, ServiceAsked
from services.accounts.domain.circumstances import ORDINARY
from services.accounts.domain.meters import Unit
from services.accounts.domain.premises import Parcel, PremiseUse
from shared.events.accounts import Commodity
from shared.events.fields import VISIBLE, Code, Day, Dials, Line, Sentence, Serial
from shared.ids import PersonId

ACCOUNTS_MAX = 500

Parcels = Annotated[str, StringConstraints(min_length=1, max_length=20, pattern=r"^[A-Za-z0-9][A-Za-z0-9.]*$")]
"""A part of a parcel's name as the tax map writes it: 101.02."""


class PersonForm(Form):
    """Somebody for an account: the id of a person on record, or a name."""

    role: PersonRole
    person_id: PersonId | None = None
    name: Line | None = None
    phone: Annotated[str, StringConstraints(min_length=3, max_length=40, pattern=VISIBLE)] | None = None
    email: Annotated[str, StringConstraints(min_length=3, max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")] | None = None

    @model_validator(mode="after")
    def _is_known_or_named(self) -> Self:
        if (self.person_id is None) == (self.name is None):
            raise ValueError("a person is given by person_id, or else by name")
        if self.person_id is not None and (self.phone is not None or self.email is not None):
            raise ValueError("a person on record keeps the phone and email that are on record")
        return self

    def asked(self) -> PersonAsked:
        """What it means to the domain."""
        return PersonAsked(self.role, self.person_id, self.name or "", self.phone, self.email)


class HolderForm(PersonForm):
    """The person who is billed: an owner or a tenant."""

    role: Literal[PersonRole.OWNER, PersonRole.TENANT]


class PremiseForm(Form):
    """Where: found by its street address however it is spelled, or made."""

    street_address: Line
    use: PremiseUse = PremiseUse.RESIDENTIAL
    block: Parcels | None = None
    lot: Parcels | None = None
    qualifier: Parcels | None = None

    @model_validator(mode="after")
    def _is_whole_parcel(self) -> Self:
        if (self.block is None) != (self.lot is None) or (self.qualifier is not None and self.block is None):
            raise ValueError("a parcel has a block and a lot, and may have a qualifier")
        return self

    def parcel(self) -> Parcel | None:
        """Block, lot and qualifier, if they are given."""
        return Parcel(self.block, self.lot, self.qualifier) if self.block and self.lot else None


class MeterForm(Form):
    """A meter as its face describes it; `value` x `multiplier` is a quantity of `unit`."""

    serial: Serial
    size: Annotated[str, StringConstraints(min_length=1, max_length=20, pattern=VISIBLE)]
    dials: int = Field(ge=1, le=12)
    multiplier: int = Field(default=1, ge=1, le=1_000_000)
    unit: Unit

    def asked(self) -> MeterAsked:
        """What it means to the domain."""
        return MeterAsked(self.serial, self.size, self.dials, self.multiplier, self.unit)


class ServiceForm(Form):
    """A service: taken over as it runs (`conversion`), or to be turned on by an order (`turn_on`)."""

    commodity: Commodity
    rate_code: Code
    start: Literal["conversion", "turn_on"]
    number: int = Field(default=1, ge=1, le=99, description="The second water point of a premise is 2.")
    started_on: Day | None = Field(default=None, description="Of a conversion: the first day that we bill.")
    start_reading: Dials | None = Field(default=None, description="Of a metered conversion: the dials on that day.")
    meter: MeterForm | None = Field(default=None, description="Left out where the meter at the point is on record.")
    customer_class: Code = Field(default="residential", description="As the tariff names it: commercial, industrial.")
    dwelling_units: Households = 1
    discounts: Discounts = ()
    discount_evidence: Sentence | None = Field(default=None, description="What was seen, where a discount is granted.")

    @model_validator(mode="after")
    def _starts_as_it_says(self) -> Self:
        if self.start == "conversion" and self.started_on is None:
            raise ValueError("a conversion has a started_on")
        if self.start == "turn_on" and (self.started_on is not None or self.start_reading is not None):
            raise ValueError("the crew that turns a service on brings its day and its reading")
        return self

    def asked(self) -> ServiceAsked:
        """What it means to the domain."""
        return ServiceAsked(
            self.commodity, self.rate_code, self.start, self.number, self.started_on, self.start_reading,
            self.meter.asked() if self.meter else None,
            ORDINARY.but(self.customer_class, self.dwelling_units, self.discounts), self.discount_evidence,
        )  # fmt: skip


class AccountForm(Form):
    """An account to be opened."""

    holder: HolderForm
    others: list[PersonForm] = Field(default_factory=list, max_length=10)
    premise: PremiseForm
    mailing_address: Line | None = Field(default=None, description="Left out: the service address.")
    billing_cycle: Code
    opened_on: Day | None = Field(default=None, description="Left out: today.")
    services: list[ServiceForm] = Field(default_factory=list, max_length=10)

    def asked(self) -> Opening:
        """What it means to the domain."""
        return Opening(
            holder=self.holder.asked(),
            others=tuple(other.asked() for other in self.others),
            street_address=self.premise.street_address,
            use=self.premise.use,
            parcel=self.premise.parcel(),
            mailing_address=self.mailing_address,
            billing_cycle=self.billing_cycle,
            opened_on=self.opened_on,
            services=tuple(service.asked() for service in self.services),
        )


class AccountForms(Form):
    """Accounts to be opened, all or none."""

    accounts: list[AccountForm] = Field(min_length=1, max_length=ACCOUNTS_MAX)


class NameChangeForm(Form):
    """A person has another name from a day on, and how one knows."""

    name: Line
    effective_on: Day | None = Field(default=None, description="Left out: today.")
    evidence: Sentence = Field(description="What was seen: Marriage certificate 2026-114.")


class AddressChangeForm(Form):
    """Bills go to another address from a day on, and who asked for it."""

    mailing_address: Line
    effective_on: Day | None = Field(default=None, description="Left out: today.")
    evidence: Sentence = Field(description="What was seen: Change-of-address form, signed.")
