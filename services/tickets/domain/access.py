"""Who may see a restricted ticket, and who may give work to somebody else."""

from services.tickets.domain.categories import Privacy
from shared.auth import Actor, Role, permission
from shared.errors import Forbidden

READ_RESTRICTED = permission("tickets.read-restricted", Role.SUPERVISOR, Role.SERVICE)
GIVE_TO_OTHERS = permission("tickets.give-to-others", Role.SENIOR, Role.SUPERVISOR, Role.SERVICE)


class OnlyLeadsGiveWorkToOthers(Forbidden):
    """A representative takes work for herself or asks the router; giving it to others is the lead's."""

    remedy = "Ask the router (leave the representative out), or ask a senior representative."


class RestrictedTicketIsReadOnTheRecord(Forbidden):
    """Every reading of a restricted ticket is recorded."""

    remedy = "Read it at /v1/restricted-tickets/{ticket_id}."


def may_see(actor: Actor, privacy: Privacy, owner: str | None) -> bool:
    """Ordinary tickets are seen by all who work here; restricted ones by their owner and the supervisor."""
    return privacy == "ordinary" or owner == actor.subject or actor.may(READ_RESTRICTED)


def check_giver(actor: Actor, representative: str | None, instead_of: str | None) -> None:
    """Taking for oneself, or giving up one's own, is everybody's. Raises OnlyLeadsGiveWorkToOthers."""
    concerned = {name for name in (representative, instead_of) if name is not None}
    if concerned - {actor.subject} and not actor.may(GIVE_TO_OTHERS):
        raise OnlyLeadsGiveWorkToOthers(field="representative")
