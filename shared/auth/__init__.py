"""Who asks, in which role, and what that role may do.

The tokens that prove it are checked in `shared.auth.tokens`; only the HTTP doors need that file.
"""

from shared.auth.people import Actor, Permission, Role, permission

__all__ = ["Actor", "Permission", "Role", "permission"]
