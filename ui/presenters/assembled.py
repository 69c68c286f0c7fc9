"""The presenters of the screens beside the sale, made from a session and its desks.

The table of screens calls these with the session alone; tests make the presenters with fakes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.presenters.desks import desks_of
from ui.presenters.session import Session

if TYPE_CHECKING:
    from ui.presenters.audit import AuditPresenter
    from ui.presenters.cash import CashPresenter
    from ui.presenters.history import HistoryPresenter
    from ui.presenters.member import MemberPresenter
    from ui.presenters.receipt import ReceiptPresenter
    from ui.presenters.recovery import RecoveryPresenter
    from ui.presenters.settings.screen import SettingsPresenter
    from ui.presenters.shift import ShiftPresenter
    from ui.presenters.wizard import WizardPresenter


def member(session: Session) -> MemberPresenter:
    """Find, open, enrol."""
    from ui.presenters.member import MemberPresenter

    desks = desks_of(session)
    return MemberPresenter(session, desk=desks.sale, papers=desks.papers)


def receipt(session: Session) -> ReceiptPresenter:
    """One receipt."""
    from ui.presenters.receipt import ReceiptPresenter

    desks = desks_of(session)
    return ReceiptPresenter(session, papers=desks.papers, desk=desks.sale)


def history(session: Session) -> HistoryPresenter:
    """All sales of this till."""
    from ui.presenters.history import HistoryPresenter

    desks = desks_of(session)
    return HistoryPresenter(session, papers=desks.papers, desk=desks.sale)


def shift(session: Session) -> ShiftPresenter:
    """The shift from its float to its Z."""
    from ui.presenters.shift import ShiftPresenter

    desks = desks_of(session)
    return ShiftPresenter(session, papers=desks.papers, desk=desks.sale)


def cash(session: Session) -> CashPresenter:
    """Cash in and out."""
    from ui.presenters.cash import CashPresenter

    return CashPresenter(session, desk=desks_of(session).sale)


def settings(session: Session) -> SettingsPresenter:
    """All sections, in the order of the list."""
    from ui.presenters.settings.about import AboutSection
    from ui.presenters.settings.data import DataSection
    from ui.presenters.settings.head_office import HeadOfficeSection
    from ui.presenters.settings.keys import KeysSection
    from ui.presenters.settings.look import LookSection
    from ui.presenters.settings.operators import OperatorsSection
    from ui.presenters.settings.prices import PricesSection
    from ui.presenters.settings.printer import PrinterSection
    from ui.presenters.settings.products import ProductsSection
    from ui.presenters.settings.programme import ProgrammeSection
    from ui.presenters.settings.screen import SettingsPresenter
    from ui.presenters.settings.store import StoreSection
    from ui.presenters.settings.taxes import TaxesSection
    from ui.presenters.settings.tills import TillsSection

    desks = desks_of(session)
    sections = {
        "store": StoreSection(session),
        "products": ProductsSection(session, desk=desks.sale),
        "prices": PricesSection(session, office=desks.office),
        "keys": KeysSection(session),
        "taxes": TaxesSection(session),
        "operators": OperatorsSection(session, papers=desks.papers),
        "printer": PrinterSection(session),
        "tills": TillsSection(session),
        "office": HeadOfficeSection(session),
        "look": LookSection(session),
        "programme": ProgrammeSection(session, desk=desks.programme),
        "data": DataSection(session, office=desks.office),
        "about": AboutSection(session),
    }
    return SettingsPresenter(session, sections=sections, desk=desks.sale)


def audit(session: Session) -> AuditPresenter:
    """What somebody may be asked about later."""
    from ui.presenters.audit import AuditPresenter

    return AuditPresenter(session, papers=desks_of(session).papers)


def wizard(session: Session) -> WizardPresenter:
    """The first run."""
    from ui.presenters.wizard import WizardPresenter

    desks = desks_of(session)
    return WizardPresenter(session, maker=desks.maker, ready=desks.programme.ready())


def recovery(session: Session) -> RecoveryPresenter:
    """The recovery code."""
    from ui.presenters.recovery import RecoveryPresenter

    return RecoveryPresenter(session, opener=desks_of(session).opener)
