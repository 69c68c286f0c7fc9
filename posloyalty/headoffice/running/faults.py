"""What keeps head office's server from starting or from writing, each with a wording code."""

from __future__ import annotations

from posloyalty.services.refusal import ServiceRefusal


class OfficeUnreachable(ServiceRefusal):
    """The database does not answer, or cannot be opened. Facts: detail."""

    def __init__(self, detail: str) -> None:
        super().__init__("OFFICE_UNREACHABLE", detail=detail)


class OfficeNotUpgraded(ServiceRefusal):
    """The database answers, and making this release's tables of an earlier one's failed; it is as
    it was. Facts: found, known, detail.
    """

    def __init__(self, *, found: str, known: str, detail: str) -> None:
        super().__init__("OFFICE_NOT_UPGRADED", found=found, known=known, detail=detail)


class OfficeFull(ServiceRefusal):
    """There is no room left for what was to be written; nothing of it was."""

    def __init__(self) -> None:
        super().__init__("OFFICE_FULL")


class OfficeTooNew(ServiceRefusal):
    """A later release upgraded the database. Facts: found, known."""

    def __init__(self, *, found: str, known: str) -> None:
        super().__init__("OFFICE_TOO_NEW", found=found, known=known)


class OtherOfficeKey(ServiceRefusal):
    """The key in the folder is not the one that the database's tills know. Facts: place."""

    def __init__(self, place: str) -> None:
        super().__init__("OTHER_OFFICE_KEY", place=place)
