"""The section "tills of this shop": whose receipts are believed here, and what comes back of them.

Shape: the list holds the shop's rule for goods of other tills, this till with its file, how many
tills of its chain head office vouches for, and every till that was trusted by its file. A file is
chosen, read and shown with its check code before it is trusted: two people compare that code on
both screens, then F12 trusts it.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from posloyalty.domain.shop.elsewhere import Elsewhere, ElsewherePolicy
from posloyalty.domain.values.money import (
    BadAmount,
    Currency,
    currency,
    format_amount,
    parse_amount,
)
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.till_file import BYTES_MOST, ENDING, check_code
from ui.presenters.form import Choice, Field, FieldKind, finding
from ui.presenters.ports import Sound, ToastKind
from ui.presenters.settings.section import Act, Entry, Notice, NoticeKind, Section, SectionState

if TYPE_CHECKING:
    from posloyalty.services.ports import TrustedTill
    from posloyalty.services.shop.shop_settings import ShopDetails
    from posloyalty.services.till import Till
    from posloyalty.sync.till_file import TillFile

RULE, OWN, CHAIN, NEW = "rule", "own", "chain", "new"
PICK, EXPORT, REVOKE, GONE = "pick", "export", "revoke", "gone"
FOLDER: Final = "/"
FILES: Final = f"*{ENDING}"
LENGTH_MOST: Final = 12
AMOUNT_MOST: Final = 10**9


class TillsSection(Section):
    """The rule, this till, and the others."""

    _tills: tuple[TrustedTill, ...] = ()
    _own: TillFile | None = None
    _of_chain: int = 0
    _chains: Elsewhere | None = None
    _chosen: str = ""
    _read: TillFile | None = None
    _data: bytes = b""

    def opened(self, **arguments: object) -> None:
        """Read the tills anew."""
        till = self.session.till
        self.look_up(till.tills.known, self._came)
        self.look_up(lambda: _own(till), self._own_came)
        self.look_up(lambda: (till.tills.of_chain(), till.elsewhere.chains()), self._chain_came)
        self.tell()

    def choose(self, key: str) -> None:
        """Open an entry of the list."""
        self._chosen = key
        self._forget_file()
        self._load()
        self.tell()

    def new(self) -> None:
        """Another till is to be trusted."""
        self.choose(NEW)

    def leave(self) -> None:
        """Back to the list."""
        self.choose("")

    def discard(self) -> None:
        """Back to what is stored."""
        self.choose(self._chosen)

    def act(self, name: str, path: str = "") -> None:
        """A file was chosen, a folder to write to, or a till is trusted no longer."""
        if name == PICK:
            self.look_up(lambda: _bytes(path), self._file_came)
        elif name == EXPORT:
            self._export(path)
        elif name == REVOKE:
            self._revoke()
        elif name == GONE:
            self._say_gone()

    def save(self) -> None:
        """Trust the till of the file that was read, or keep the rule."""
        if self._chosen == NEW:
            self._trust()
        elif self._chosen == RULE:
            self._save_rule()

    # The acts

    def _file_came(self, data: bytes) -> None:
        def checked(file: TillFile) -> None:
            self._read, self._data = file, data
            self.session.sounds.play(Sound.UNDERSTOOD)
            self.tell()

        till = self.session.till
        self._forget_file()
        self.look_up(lambda: till.tills.read(data), checked)
        self.tell()

    def _trust(self) -> None:
        data, till = self._data, self.session.till
        if self._read is None:
            return

        def done(file: TillFile) -> None:
            said = self.session.words("settings.tills_trusted_now", till=file.label)
            self.say(said, ToastKind.GOOD)
            self._forget_file()
            self._chosen = file.till_id.hex()
            self.look_up(till.tills.known, self._came)

        self.write(lambda operator: till.tills.trust(data, operator), done)

    def _revoke(self) -> None:
        known, till = self._till(), self.session.till
        if known is None:
            return

        def done(revoked: TrustedTill) -> None:
            said = self.session.words("settings.tills_revoked_now", till=revoked.label)
            self.say(said, ToastKind.GOOD)
            self.look_up(till.tills.known, self._came)

        self.write(lambda operator: till.tills.revoke(known.till_id, operator), done)

    def _say_gone(self) -> None:
        known, till = self._till(), self.session.till
        if known is None:
            return

        def done(gone: TrustedTill) -> None:
            self.say(self.session.words("settings.tills_gone_now", till=gone.label), ToastKind.GOOD)
            self.look_up(till.tills.known, self._came)

        self.write(lambda operator: till.tills.say_gone(known.till_id, operator), done)

    def _export(self, folder: str) -> None:
        till = self.session.till

        def write() -> str:
            file, data = till.tills.own()
            target = Path(folder) / f"{file.label}{ENDING}"
            target.write_bytes(data)
            return str(target)

        def written(path: str) -> None:
            self.say(self.session.words("settings.tills_exported", path=path), ToastKind.GOOD)

        self.session.lanes.printing(write, written, self.failed)

    def _save_rule(self) -> None:
        shop, till, draft = self.session.shop, self.session.till, self.draft
        if shop is None or self._chains is not None:
            return
        most = self._most(currency(shop.currency))
        if draft.findings:
            self.refused()
            return
        changed = replace(
            shop, elsewhere=ElsewherePolicy(draft["policy"]), elsewhere_most_minor=most
        )

        def done(saved: ShopDetails) -> None:
            self.session.shop_changed(saved)
            self.saved(self.session.words("settings.tills_rule"))
            self._load()
            self.tell()

        self.write(lambda operator: till.shop.save(changed, operator), done)

    def _most(self, money: Currency) -> int | None:
        """The limit that was typed; empty is none. What cannot be read is found in the draft."""
        text = self.draft.text("most")
        if not text:
            return None
        try:
            most = parse_amount(text, money)
        except BadAmount:
            most = -1
        if not 0 <= most <= AMOUNT_MOST:
            self.draft.find("most", finding("finding_limit"))
        return most

    # What is known

    def _came(self, tills: tuple[TrustedTill, ...]) -> None:
        self._tills = tills
        self.tell()

    def _own_came(self, own: TillFile | None) -> None:
        self._own = own
        self.tell()

    def _chain_came(self, found: tuple[int, Elsewhere | None]) -> None:
        self._of_chain, self._chains = found
        self._load()
        self.tell()

    def _till(self) -> TrustedTill | None:
        return next((one for one in self._tills if one.till_id.hex() == self._chosen), None)

    def _forget_file(self) -> None:
        self._read, self._data = None, b""

    def _load(self) -> None:
        shop = self.session.shop
        if shop is None or self._chosen != RULE or self._chains is not None:
            self.draft.load({})
            return
        most = shop.elsewhere_most_minor
        money = currency(shop.currency)
        written = "" if most is None else format_amount(most, money, grouping=False)
        self.draft.load({"policy": shop.elsewhere.value, "most": written})

    # Wording

    def tell(self) -> None:
        """Word the list and what is open."""
        words = self.session.words
        form = self.draft.form(self._fields(), words, busy=self.busy)
        ready = self._read is not None if self._chosen == NEW else form.changed
        saves = (self._chosen == RULE and self._chains is None) or self._read is not None
        label = words("settings.save")
        if self._read is not None:
            label = words("settings.tills_trust", till=self._read.label)
        self._show(
            SectionState(
                title=words("settings.section_tills"),
                text=self._text(),
                entries=self._entries(),
                empty=words("settings.tills_empty"),
                new_label=words("settings.tills_new"),
                form_title=self._title(),
                form=form,
                acts=self._acts(),
                notices=self._notices(),
                save_label=label if saves else "",
                can_save=ready and not self.busy,
                busy=self.busy,
                focus=self.focus,
                focus_n=self.focus_n,
            )
        )

    def _entries(self) -> tuple[Entry, ...]:
        words = self.session.words
        policy = self._rule().policy
        entries = [
            Entry(
                key=RULE,
                title=words("settings.tills_rule"),
                note=words(f"settings.tills_{policy.value}"),
                chosen=self._chosen == RULE,
            )
        ]
        if self._own is not None:
            own = words("settings.tills_own")
            entries.append(
                Entry(key=OWN, title=self._own.label, note=own, chosen=self._chosen == OWN)
            )
        if self._of_chain:
            known, count = words("settings.tills_chain_known"), self._of_chain
            entries.append(
                Entry(
                    key=CHAIN,
                    title=words("settings.tills_chain"),
                    note=f"{known} · {words('settings.tills_chain_n', n=count)}",
                    chosen=self._chosen == CHAIN,
                )
            )
        for one in self._tills:
            key, revoked = one.till_id.hex(), one.revoked_at is not None
            stands = "revoked" if revoked else "gone" if one.gone else "trusted"
            note = words(f"settings.tills_{stands}")
            entries.append(
                Entry(
                    key=key,
                    title=one.label,
                    note=f"{one.name} · {note}",
                    chosen=self._chosen == key,
                    dim=revoked,
                )
            )
        return tuple(entries)

    def _title(self) -> str:
        words, known = self.session.words, self._till()
        if known is not None:
            return known.label
        if self._chosen == OWN and self._own is not None:
            return self._own.label
        codes = {
            RULE: "settings.tills_rule",
            CHAIN: "settings.tills_chain",
            NEW: "settings.tills_new",
        }
        return words(codes[self._chosen]) if self._chosen in codes else ""

    def _text(self) -> str:
        codes = {
            RULE: "settings.tills_rule_text",
            OWN: "settings.tills_own_text",
            CHAIN: "settings.tills_chain_text",
            NEW: "settings.tills_new_text",
        }
        return self.session.words(codes[self._chosen]) if self._chosen in codes else ""

    def _fields(self) -> tuple[Field, ...]:
        words, known = self.session.words, self._till()
        if self._chosen == RULE:
            return self._rule_fields()
        if self._chosen == OWN and self._own is not None:
            return self._shown(self._own.label, self._own.name, self._own.check_code)
        if self._chosen == CHAIN:
            known_n = words("settings.tills_chain_n", n=self._of_chain)
            return (_shown("chain", words("settings.tills_chain_known"), known_n),)
        if self._chosen == NEW:
            if self._read is None:
                nothing = words("settings.tills_no_file")
                return (_shown("file", words("settings.tills_file"), nothing),)
            return self._shown(self._read.label, self._read.name, self._read.check_code)
        if known is not None:
            return self._shown(known.label, known.name, check_code(known.certificates))
        return ()

    def _shown(self, label: str, name: str, code: str) -> tuple[Field, ...]:
        words = self.session.words
        return (
            _shown("name", words("settings.tills_name"), f"{label} · {name}"),
            _shown("code", words("settings.tills_check"), code),
        )

    def _rule(self) -> Elsewhere:
        """What holds: head office's word, else the shop's."""
        if self._chains is not None:
            return self._chains
        return Elsewhere() if self.session.shop is None else self.session.shop.returns_elsewhere

    def _chains_rule(self, rule: Elsewhere) -> tuple[Field, ...]:
        """What head office says, which nobody changes here."""
        words, shop = self.session.words, self.session.shop
        said = words(f"settings.tills_{rule.policy.value}")
        policy = _shown("policy", words("settings.tills_policy"), said)
        if shop is None or rule.most_minor is None:
            return (policy,)
        most = format_amount(rule.most_minor, currency(shop.currency))
        return (policy, _shown("most", words("settings.tills_most"), most))

    def _rule_fields(self) -> tuple[Field, ...]:
        words = self.session.words
        if self._chains is not None:
            return self._chains_rule(self._chains)
        choices = tuple(
            Choice(
                one.value,
                words(f"settings.tills_{one.value}"),
                words(f"settings.tills_{one.value}_text"),
            )
            for one in ElsewherePolicy
        )
        policy = Field(
            name="policy",
            label=words("settings.tills_policy"),
            kind=FieldKind.CHOICE,
            choices=choices,
        )
        if self.draft["policy"] == ElsewherePolicy.REFUSED.value:
            return (policy,)
        most = Field(
            name="most",
            label=words("settings.tills_most"),
            kind=FieldKind.AMOUNT,
            hint=words("settings.tills_most_hint"),
            length_max=LENGTH_MOST,
        )
        return (policy, most)

    def _acts(self) -> tuple[Act, ...]:
        words, known, idle = self.session.words, self._till(), not self.busy
        if self._chosen == OWN and self._own is not None:
            label = words("settings.tills_export")
            return (Act(name=EXPORT, label=label, icon="export", enabled=idle, picks=FOLDER),)
        if self._chosen == NEW:
            label = words("settings.tills_pick")
            return (Act(name=PICK, label=label, icon="import", enabled=idle, picks=FILES),)
        if known is not None and known.revoked_at is None:
            revoke = Act(
                name=REVOKE, label=words("settings.tills_revoke"), icon="close", enabled=idle
            )
            if known.gone:
                return (revoke,)
            label = words("settings.tills_say_gone")
            return (revoke, Act(name=GONE, label=label, icon="receipt", enabled=idle))
        return ()

    def _notices(self) -> tuple[Notice, ...]:
        words, known = self.session.words, self._till()
        if self._chosen == NEW and self._read is not None:
            return (Notice(words("settings.tills_compare"), NoticeKind.LOOK),)
        if self._chosen == RULE and self._chains is not None:
            return (Notice(words("settings.tills_rule_of_chain"), NoticeKind.GOOD),)
        if known is None:
            return ()
        if known.revoked_at is not None:
            day = known.revoked_at.date().isoformat()
            return (Notice(words("settings.tills_revoked_on", day=day), NoticeKind.LOOK),)
        if known.gone:
            return (Notice(words("settings.tills_gone_text"), NoticeKind.LOOK),)
        day = known.since.date().isoformat()
        return (Notice(words("settings.tills_since", day=day), NoticeKind.GOOD),)


def _shown(name: str, label: str, value: str) -> Field:
    return Field(name=name, label=label, kind=FieldKind.SHOWN, value=value)


def _own(till: Till) -> TillFile | None:
    """What this till tells of itself; nothing in training, whose till nobody needs to know."""
    try:
        return till.tills.own()[0]
    except ServiceRefusal:
        return None


def _bytes(path: str) -> bytes:
    with Path(path).open("rb") as file:
        return file.read(BYTES_MOST + 1)
