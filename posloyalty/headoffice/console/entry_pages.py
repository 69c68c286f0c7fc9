"""Coming in and going out, and one's own account."""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.headoffice.console.asking import Asking, Moved, Page, Shown, Told
from posloyalty.headoffice.console.operators import PASSWORD_LEAST, PASSWORD_MOST, Operators
from posloyalty.headoffice.console.rights import Right
from posloyalty.headoffice.console.web import HOME, SIGN_IN
from posloyalty.services.refusal import ServiceRefusal


@dataclass(frozen=True, slots=True)
class EntryPages:
    """Sign in, sign out, change one's password."""

    operators: Operators

    def pages(self) -> tuple[Page, ...]:
        """The rows of the table."""
        see = Right.SEE
        account = "/console/account"
        return (
            Page.shows(SIGN_IN, self.sign_in_form, None),
            Page.changes(SIGN_IN, self.sign_in, None, back=self.sign_in_form),
            Page.changes("/console/sign-out", self.sign_out, see),
            Page.shows(account, self.account, see),
            Page.changes(account, self.change, see, back=self.account, keeps=False),
        )

    def sign_in_form(self, asking: Asking) -> Told:
        """Name, password, code."""
        facts = {"name": asking.form.get("name", ""), "way_back": asking.way_back}
        return Shown(template="sign_in.html", facts=facts)

    def sign_in(self, asking: Asking) -> Told:
        """Let somebody in."""
        form = asking.form
        entered = self.operators.sign_in(
            form.get("name", "").strip(),
            form.get("password", ""),
            form.get("code", "").strip(),
            asking.visitor,
        )
        if asking.session is not None:
            self.operators.sessions.end(asking.token)
        return Moved(path=asking.way_back or HOME, cookie=entered.session, browser=entered.browser)

    def sign_out(self, asking: Asking) -> Told:
        """End this session."""
        self.operators.sessions.end(asking.token)
        return Moved(path=SIGN_IN, said="signed_out", cookie="")

    def account(self, asking: Asking) -> Told:
        """Who one is here."""
        return Shown(
            template="account.html", facts={"least": PASSWORD_LEAST, "most": PASSWORD_MOST}
        )

    def change(self, asking: Asking) -> Told:
        """Another password, written twice; refuses PASSWORDS_DIFFER."""
        new = asking.form.get("new", "")
        if new != asking.form.get("again", ""):
            raise ServiceRefusal("PASSWORDS_DIFFER")
        old = asking.form.get("old", "")
        self.operators.change_password(asking.who, old, new, here=asking.token)
        return Moved(path="/console/account", said="password_changed")
