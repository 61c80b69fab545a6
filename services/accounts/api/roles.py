"""Who works where: the desk, that takes what people ask for."""

from shared.auth import Role

DESK = (Role.CSR, Role.SENIOR, Role.SUPERVISOR)
