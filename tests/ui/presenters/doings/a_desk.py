"""The sheet of doings over a real till: `doings_desk(...)` with one member and a programme of all.

Nothing is faked but the shell: what is shown is what the services say, what is done is in the book.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from posloyalty.domain.shop.operator import Operator, Role
from posloyalty.domain.shop.sale import Sale
from posloyalty.services.members.enrol_member import EnrolForm
from posloyalty.services.shop.catalogue import ProductForm
from tests.fakes.lanes import LanesAtOnce, LanesByStep, Shell
from tests.fakes.small_shop import SHOP
from tests.services.a_shop import Shop, new_shop
from tests.services.counter import paid
from ui.presenters.counter import counter_of
from ui.presenters.doings.presenter import DoingsPresenter
from ui.presenters.doings.state import DoingPage, DoingRow
from ui.presenters.ports import ToastKind

RECORDS = ("record:merge", "record:erase")
"""What a shop without head office has for every member."""
# The tests' clock stands at 22 November 2026, a Sunday.
PROGRAMME = """
language = 2
id = "all"
version = 1
currency = "CNY"
timezone = "Asia/Shanghai"
[[wallet]]
id = "points"
name = "Points"
[[earn]]
id = "base"
per_sale = { points = 10 }
[[pass]]
id = "ten"
name = "Ten coffees"
on = { product = ["PASS"] }
uses = 10
valid = { days = 30 }
limit = [{ most = 2, per = "day" }]
[[privilege]]
id = "tasting"
name = "Tasting"
limit = [{ most = 1, per = "month" }]
places = 2
[[activity]]
id = "bottles"
name = "Bottles"
points = 2
most_quantity = 60
evidence = [{ id = "bin", name = "Bin number" }]
limit = [{ most_points = 40, per = "day" }]
[[activity]]
id = "class"
name = "Trial class"
points = 50
role = "supervisor"
[[challenge]]
id = "visits"
name = "Five visits"
need = { visits = 5 }
within = { days = 14 }
opt_in = true
gives = { points = 100 }
[[event]]
id = "evening"
name = "Tea evening"
on = 2026-11-22
capacity = 3
guests = 2
waiting = 1
gives = { points = 30 }
[[vote]]
id = "bread"
name = "The next bread"
within = { from = 2026-11-01, through = 2026-11-30 }
option = [{ id = "rye", name = "Rye" }, { id = "nut", name = "Walnut" }]
gives = { points = 5 }
[[survey]]
id = "visit"
name = "Your visit"
one_in = 1
question = [
  { id = "nps", kind = "nps", name = "Would you recommend us?" },
  { id = "staff", kind = "csat", name = "Our staff" },
]
gives = { points = 20 }
[[story]]
id = "morning"
name = "My morning"
licence = "Licence 2026-1: shown in our shops and on our pages, until withdrawn"
gives = { points = 30 }
[[plan]]
id = "prime"
name = "Prime"
on = { product = ["PRIME"] }
trial_days = 30
[[club]]
id = "runners"
name = "Runners"
[[board]]
id = "month"
name = "Board of the month"
within = { per = "month" }
[[referral]]
id = "friend"
name = "Bring a friend"
referrer = { points = 200 }
friend = { points = 100 }
[household]
[claim]
[risk]
adjust_most = 500
"""

DRAW = """
language = 2
id = "draws"
version = 1
currency = "CNY"
timezone = "Asia/Shanghai"
[[wallet]]
id = "points"
[[draw]]
id = "autumn"
name = "Autumn draw"
within = { from = 2026-11-23, through = 2026-11-30 }
each_spend = "1.00"
odds = { en = "One in all" }
terms = "In the shop"
prize = [{ id = "mug", name = "Mug", value = "20.00" }]
"""


@dataclass
class DoingsDesk:
    """The sheet's presenter with everything around it."""

    shop: Shop
    shell: Shell
    member: bytes
    presenter: DoingsPresenter

    @property
    def rows(self) -> tuple[DoingRow, ...]:
        """The list."""
        return self.presenter.state.rows

    @property
    def page(self) -> DoingPage:
        """The open page."""
        page = self.presenter.state.page
        assert page is not None
        return page

    @property
    def said(self) -> tuple[str, ToastKind]:
        """The last message."""
        return self.shell.toasts.said[-1]

    @property
    def points(self) -> int:
        """What the member can spend."""
        return self.shop.till.members.panel(self.member).wallets[0].balance

    def open(self, **arguments: object) -> None:
        """Open the sheet for the member, as the member screen does."""
        self.presenter.opened(member_id=self.member, **arguments)

    def row(self, begin: str) -> DoingRow:
        """The row whose id begins so."""
        return next(row for row in self.rows if row.id.startswith(begin))

    def ids(self) -> list[str]:
        """What the list has, by kind."""
        return [row.id for row in self.rows]

    def do(self, begin: str, **answers: str) -> str:
        """Open a row, fill it in, press its button; what was said."""
        self.presenter.open_row(self.row(begin).id)
        for name, text in answers.items():
            self.presenter.change(name, text)
        self.presenter.do_it()
        return self.said[0]

    def sell(self, name: str, *, member: bool = True) -> Sale:
        """Sell one piece of a new article at 100.00; its stock number is its name."""
        till = self.shop.till
        product = next((one for one in till.catalogue.search(name) if one.sku == name), None)
        if product is None:
            tax = till.catalogue.tax_classes()[0].code
            form = ProductForm(sku=name, name=name, price_minor=10_000, tax_class=tax)
            product = till.catalogue.save_product(form, self.shop.manager)
        basket = till.check_out.open_basket().add(product)
        if member:
            basket = basket.for_member(self.member, proof="card")
        quote = till.check_out.quote(basket)
        return till.check_out.complete(basket, quote, paid(quote), self.shop.manager)


@contextmanager
def doings_desk(
    folder: Path,
    *,
    language: str = "en",
    role: Role = Role.MANAGER,
    programme: str = PROGRAMME,
    lanes: LanesAtOnce | LanesByStep | None = None,
) -> Iterator[DoingsDesk]:
    """A till with the programme, one member, and the sheet not opened yet."""
    with new_shop(folder, language=language) as shop:
        shop.till.programmes.install(programme.encode("utf-8"))
        form = EnrolForm(phone="13900000001", consents=(("terms", "", True),))
        member = shop.till.enrol.enrol(form, shop.manager).member.id
        shell = Shell(language=language, lanes=lanes or LanesAtOnce())
        shell.session.attach(shop.till, SHOP)
        shell.session.sign_in(Operator(shop.manager.id, shop.manager.name, role))
        yield DoingsDesk(shop, shell, member, DoingsPresenter(shell.session))


def sale_of(desk: DoingsDesk) -> None:
    """Put the member into the open sale, by card."""
    counter_of(desk.shell.session).attach_member(desk.member, "card")
