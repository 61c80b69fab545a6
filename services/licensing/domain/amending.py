"""A license is amended: by a change of its holder's name that accounts told, or by a person at the desk with evidence.

What accounts told amends what is licensed to that very person, by id, and never by a name that is alike. An application
that waits for its license is amended as well, so that payment and change of name may cross. **Source** rulebook 7.
"""

from dataclasses import replace
from datetime import date

from services.licensing.domain.amendments import Amendment, counted
from services.licensing.domain.applications import Application, changed, check_not_own
from services.licensing.domain.licenses import LicenseState, LicenseUnknown
from shared.errors import Conflict, Invalid

LICENSE_ENDED = "license_ended"


class LicenseIsOver(Conflict):
    """A license that is over is not amended: it keeps the name that it had."""

    remedy = "A new license is issued to the new name; file an application for it."


class AmendmentLiesAhead(Invalid):
    """An amendment says what the holder's name is today, and since when."""

    remedy = "Give the day from which the name holds, today at the latest; amend it when a later day has come."


class NothingIsAmended(Conflict):
    """An amendment gives another name than the license says on its day."""

    remedy = "Read the license's versions: it says so already, or the day is wrong."


def holder_on(application: Application, day: date) -> str:
    """What the license says on a day, by what is known now."""
    names = [one.holder_name for one in counted(application.amendments) if one.effective_on <= day]
    return names[-1] if names else application.applicant_name


def take_in(application: Application, told: Amendment) -> Application:
    """The application and its license with a change of its holder's name that was told; unchanged where it is known.

    A license that is over keeps its name: the change is ignored, with the reason.
    """
    if any(one.amendment_id == told.amendment_id for one in application.amendments):
        return application
    return _with(application, replace(told, ignored_for=LICENSE_ENDED) if _is_over(application) else told)


def amend(application: Application, new: Amendment, *, by: str, today: date) -> Application:
    """Amend a license by hand, on evidence that somebody saw.

    Raises LicenseUnknown, NobodyDecidesTheirOwnApplication, LicenseIsOver, AmendmentLiesAhead, NothingIsAmended.
    """
    if application.license is None:
        raise LicenseUnknown(application_id=application.application_id)
    check_not_own(application, by)
    if _is_over(application):
        raise LicenseIsOver(license_number=application.license.license_number)
    if new.effective_on > today:
        raise AmendmentLiesAhead(field="effective_on", given=new.effective_on, today=today)
    if holder_on(application, new.effective_on) == new.holder_name:
        raise NothingIsAmended(field="holder_name", given=new.holder_name, effective_on=new.effective_on)
    return _with(application, new)


def _is_over(application: Application) -> bool:
    return application.license is not None and application.license.state is LicenseState.EXPIRED


def _with(application: Application, amendment: Amendment) -> Application:
    license_ = application.license
    if license_ is not None and amendment.ignored_for is None:
        license_ = replace(license_, version=license_.version + 1)
    return changed(application, amendments=(*application.amendments, amendment), license=license_)
