"""Who may do what at head office: one table of roles and rights."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What an office operator is."""

    VIEWER = "viewer"
    CLERK = "clerk"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"


class Right(StrEnum):
    """What can be allowed."""

    SEE = "see"
    SEE_MEMBERS = "see_members"
    MAKE_CODES = "make_codes"
    EXPORT = "export"
    ADD_STORES = "add_stores"
    REVOKE = "revoke"
    DECIDE = "decide"
    CREDIT = "credit"
    CLAIM = "claim"
    KEEP_RECORDS = "keep_records"
    KEEP_ARTICLES = "keep_articles"
    TRY_OUT = "try_out"
    PUBLISH = "publish"
    APPROVE = "approve"
    STOP_OFFER = "stop_offer"
    READ_AUDIT = "read_audit"
    KEEP_OPERATORS = "keep_operators"


_VIEWER: Final = frozenset({Right.SEE})
_CLERK: Final = _VIEWER | {Right.SEE_MEMBERS, Right.MAKE_CODES, Right.CLAIM}
_MANAGER: Final = _CLERK | {
    Right.EXPORT,
    Right.ADD_STORES,
    Right.REVOKE,
    Right.DECIDE,
    Right.CREDIT,
    Right.KEEP_RECORDS,
    Right.KEEP_ARTICLES,
    Right.TRY_OUT,
    Right.PUBLISH,
    Right.APPROVE,
    Right.STOP_OFFER,
    Right.READ_AUDIT,
}
RIGHTS: Final[Mapping[Role, frozenset[Right]]] = {
    Role.VIEWER: _VIEWER,
    Role.CLERK: _CLERK,
    Role.MANAGER: _MANAGER,
    Role.ADMINISTRATOR: _MANAGER | {Right.KEEP_OPERATORS},
}


def may(role: Role, right: Right) -> bool:
    """Whether a role has a right."""
    return right in RIGHTS[role]
