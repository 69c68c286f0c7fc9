"""Files that screens write: a quote that somebody doubts runs as a scenario, and names nobody."""

from pathlib import Path
from types import SimpleNamespace

from posloyalty.domain.shop.product import Product
from posloyalty.scenario.load import load
from posloyalty.scenario.run import run
from posloyalty.scenario.scenario import Scenario
from posloyalty.scenario.workshop import Workshop
from posloyalty.services.members.enrol_member import EnrolForm
from posloyalty.services.shop.catalogue import ProductForm
from tests.services.a_shop import Shop, new_shop
from ui.papers import PaperFiles


def some_coffee(shop: Shop) -> Product:
    form = ProductForm(sku="COF1", name="Coffee", price_minor=2800, tax_class="std13")
    return shop.till.catalogue.save_product(form, shop.manager)


def written(shop: Shop, folder: Path, basket: object) -> Path:
    papers = PaperFiles(SimpleNamespace(till=shop.till), folder)
    return Path(papers.save_quote(basket, shop.till.check_out.quote(basket)))


def test_a_doubted_quote_is_a_scenario_that_passes_and_names_nobody(
    tmp_path: Path,
) -> None:
    with new_shop(tmp_path / "book") as shop:
        form = EnrolForm(phone="13800000042", name="Ann Maria", consents=(("terms", "", True),))
        member = shop.till.enrol.enrol(form, shop.manager).member
        basket = shop.till.check_out.open_basket().add(some_coffee(shop))
        file = written(shop, tmp_path, basket.for_member(member.id, proof="card"))
    text = file.read_text(encoding="utf-8")
    assert file.parent == tmp_path / "papers"
    assert "Ann" not in text
    assert "13800000042" not in text
    scenario = load(text.encode("utf-8"))
    assert isinstance(scenario, Scenario)
    (tmp_path / "workshop").mkdir()
    assert [one.differences for one in run(scenario, Workshop(tmp_path / "workshop"))] == [()]


def test_a_till_without_a_programme_writes_one_too(tmp_path: Path) -> None:
    with new_shop(tmp_path / "book", programme=None) as shop:
        basket = shop.till.check_out.open_basket().add(some_coffee(shop))
        file = written(shop, tmp_path, basket)
    assert "[programme]" not in file.read_text(encoding="utf-8")
