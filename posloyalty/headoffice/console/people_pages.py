"""Operators of head office, and the audit log of what they did."""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.headoffice.cases.audit_log import PAGE, entries, first_wrong
from posloyalty.headoffice.console.amounts import wallets_shown
from posloyalty.headoffice.console.asking import Asking, Moved, Page, Shown, Told
from posloyalty.headoffice.console.audit_words import doers_told, facts_told
from posloyalty.headoffice.console.operators import NAME_MOST, Invitation, Operators
from posloyalty.headoffice.console.rendering import qr_picture
from posloyalty.headoffice.console.rights import Right, Role
from posloyalty.headoffice.programmes.publishing import Publishing
from posloyalty.headoffice.store.database import Database
from posloyalty.headoffice.tills.shop_lists import ShopLists
from posloyalty.services.refusal import ServiceRefusal

_OPERATORS = "/console/operators"


@dataclass(frozen=True, slots=True)
class PeoplePages:
    """Who may sign in, and what was done."""

    operators: Operators
    database: Database
    lists: ShopLists
    publishing: Publishing

    def pages(self) -> tuple[Page, ...]:
        """The rows of the table."""
        keep = Right.KEEP_OPERATORS
        changes = {
            "role": self.set_role,
            "active": self.set_active,
            "invite": self.invite_again,
            "let-in": self.let_in_again,
        }
        return (
            Page.shows(_OPERATORS, self.all, keep),
            Page.changes(_OPERATORS, self.add, keep, back=self.all),
            *(
                Page.changes(f"{_OPERATORS}/{what}", act, keep, back=self.all, keeps=False)
                for what, act in changes.items()
            ),
            Page.shows("/console/audit", self.audit, Right.READ_AUDIT),
        )

    def all(self, asking: Asking) -> Told:
        """Every operator."""
        facts = {
            "operators": self.operators.all(),
            "tries": self.operators.tries(),
            "roles": [role.value for role in Role],
            "most": NAME_MOST,
            "name": asking.form.get("name", ""),
        }
        return Shown(template="operators.html", facts=facts)

    def add(self, asking: Asking) -> Told:
        """One more, with the invitation to hand over."""
        invitation = self.operators.add(asking.told("name"), _role(asking), by=asking.who)
        return _invited(invitation)

    def set_role(self, asking: Asking) -> Told:
        """Another role."""
        self.operators.set_role(asking.told("name"), _role(asking), by=asking.who)
        return Moved(path=_OPERATORS, said="operator_changed")

    def set_active(self, asking: Asking) -> Told:
        """Set aside, or back."""
        active = asking.told("active") == "1"
        self.operators.set_active(asking.told("name"), active=active, by=asking.who)
        return Moved(path=_OPERATORS, said="operator_changed")

    def invite_again(self, asking: Asking) -> Told:
        """A new password and second factor."""
        return _invited(self.operators.invite_again(asking.told("name"), by=asking.who))

    def let_in_again(self, asking: Asking) -> Told:
        """Nobody waits for having tried a name."""
        self.operators.let_in_again(asking.told("name"), by=asking.who)
        return Moved(path=_OPERATORS, said="operator_changed")

    def audit(self, asking: Asking) -> Told:
        """What was done, the newest first."""
        with self.database.read() as connection:
            found = entries(connection, before=asking.number("before"))
            wrong = first_wrong(connection) if not asking.number("before") else None
        more = found[-1].number if len(found) == PAGE and found[-1].number > 1 else 0
        words = asking.words
        tills = self.lists.names({one.facts.get("till", "") for one in found})
        wallets = wallets_shown(self.publishing, words)
        told = [
            (one, facts_told(one, words, till=lambda key: tills.get(key, key), wallets=wallets))
            for one in found
        ]
        facts = {"entries": told, "more": more, "wrong": wrong, "doers": doers_told(words)}
        return Shown(template="audit.html", facts=facts)


def _invited(invitation: Invitation) -> Shown:
    facts = {"invitation": invitation, "picture": qr_picture(invitation.address)}
    return Shown(template="invitation.html", facts=facts)


def _role(asking: Asking) -> Role:
    try:
        return Role(asking.told("role"))
    except ValueError:
        raise ServiceRefusal("NO_SUCH_ROLE", role=asking.told("role")) from None
