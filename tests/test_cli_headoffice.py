"""Head office's commands: what they print and end with; the till loads none of its server."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC
from pathlib import Path

import pytest
from sqlalchemy import insert, select

import resources
from posloyalty.cli.console import Exit
from posloyalty.headoffice.console.operators import Invitation
from posloyalty.headoffice.console.rights import Role
from posloyalty.headoffice.console.second_factor import code_at
from posloyalty.headoffice.members.profile_feed import ProfileFeed
from posloyalty.headoffice.running.office_key import FILE_NAME
from posloyalty.headoffice.running.opening import opened_office
from posloyalty.headoffice.store.console_tables import TILL_PROGRAMME
from posloyalty.headoffice.store.database import FILE_NAME as DATABASE
from posloyalty.headoffice.store.database import open_database
from posloyalty.headoffice.store.judging_tables import SALE_VARIANCE
from posloyalty.headoffice.store.tables import TILL
from posloyalty.sync.profiles import record
from posloyalty.system import SystemChance, SystemClock
from posloyalty.wording import LANGUAGES, Words
from tests.fakes.time import SeededChance, SetClock
from tests.headoffice.a_till import ATill
from tests.headoffice.process import beside
from tests.headoffice.tills.test_epochs import clone, said_hello
from tests.test_cli import Said, run

SERVER = (
    "fastapi",
    "starlette",
    "uvicorn",
    "psycopg",
    "prometheus_client",
    "jinja2",
    "pyotp",
    "python_multipart",
    "posloyalty.headoffice",
)
NO_TLS = (
    "Certificate {} and key {} cannot be used for HTTPS: both files have to be there, without a "
    "password, and the key has to be the certificate's.\n"
)


def office(data: Path, *arguments: str, language: str = "en") -> Said:
    return run("headoffice", "--data", data, *arguments, language=language)


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    """A head office of one store, which one of the few commands that begin one has made."""
    folder = tmp_path / "office"
    folder.mkdir(mode=0o755)
    assert office(folder, "add-store", "S9", "Side Street").code == 0
    return folder


def test_stores_codes_and_tills(tmp_path: Path) -> None:
    assert (
        office(tmp_path, "add-store", "S1", "Main Street").out
        == "Store S1 (Main Street) was added.\n"
    )
    code = office(tmp_path, "code", "S1").out
    assert code.split()[0].count("-") == 2
    assert office(tmp_path, "stores").out == "S1  Main Street  tills: 0\n"
    assert office(tmp_path, "tills").out.startswith("No till has joined yet.")


def test_whoever_signs_in_at_the_web_console_is_invited_here(tmp_path: Path) -> None:
    said = office(tmp_path, "add-operator", "chief", "--role", "administrator").out
    secret = said.split("secret")[1].split()[0]
    assert f"secret={secret}" in said
    assert len(said.splitlines()) > 20  # with the picture for an authenticator's camera
    assert office(tmp_path, "operators").out == "chief  administrator  may sign in\n"
    again = office(tmp_path, "invite-again", "chief").out
    assert again.split("secret")[1].split()[0] != secret


def test_judging_says_how_it_stands_and_fails_where_a_sale_differs(tmp_path: Path) -> None:
    clock = SetClock()
    with opened_office(tmp_path, "", clock=clock, chance=SeededChance(3)) as found:
        found.administration.add_store("S1", "Main Street")
        till = ATill(clock)
        till.join(found, found.administration.new_code("S1"))
        till.sell(3)
        till.push(found, 1, 3)
    assert "behind: 3 events" in office(tmp_path, "judging").out
    said = office(tmp_path, "judging", "--now")
    assert (said.code, "behind: 0 events" in said.out) == (0, True)
    parts = '[["earned", "points", 2, 4500, 45], ["payable", "", 0, 100, 250]]'
    row = (till.id, 1, 2, "differs", b"e" * 16, "S1-T1-1-0002", 0, "club 3", "CNY", 0, parts, 0)
    with (
        opened_office(tmp_path, "", clock=clock, chance=SeededChance(3)) as found,
        found.database.write() as connection,
    ):
        found.database.put(connection, SALE_VARIANCE, [row])
    said = office(tmp_path, "judging")
    assert said.code == Exit.FOUND
    last = said.out.splitlines()[-1]
    for told in ("S1-T1-1-0002", "club 3", "Line 2, club/points: 4,500 earned, by the rules 45"):
        assert told in last
    assert "To pay: 1.00 CNY, by the rules 2.50 CNY" in last


def test_a_head_office_is_proved_and_a_journal_written_to_a_file(tmp_path: Path) -> None:
    clock = SetClock()
    with opened_office(tmp_path, "", clock=clock, chance=SeededChance(3)) as found:
        found.administration.add_store("S1", "Main Street")
        till = ATill(clock)
        till.join(found, found.administration.new_code("S1"))
        till.sell(3)
        till.push(found, 1, 3)
    said = run("verify", "--headoffice", "--data", tmp_path)
    assert (said.code, said.out.split(",")[0]) == (0, "All is right: 3 events")
    path = tmp_path / "till.journal"
    assert office(tmp_path, "journal", till.id.hex(), str(path)).code == 0
    assert len(path.read_bytes().splitlines()) == 5
    assert office(tmp_path, "journal", till.id.hex(), str(path)).code == Exit.FILE
    assert office(tmp_path, "journal", "00", str(tmp_path / "no")).code == Exit.REFUSED
    assert not (tmp_path / "no").exists()
    assert run("verify").code == Exit.WRONG_USE


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("invite-again", "nobody"), "There is no operator nobody.\n"),
        (
            ("add-operator", "x", "--role", "king"),
            "There is no role king. Use viewer, clerk, manager or administrator.\n",
        ),
        (("add-store", "S1", "Again"), "There is a store S1 already.\n"),
        (
            ("add-store", "far too long", "x"),
            "A store's code has at most 8 letters and digits: far too long\n",
        ),
        (("code", "S9"), "There is no store S9.\n"),
        (("revoke", "00" * 16), f"There is no till {'00' * 16}.\n"),
        (("revoke", "no till"), "There is no till no till.\n"),
        (("--tls-certificate", __file__), NO_TLS.format(__file__, __file__)),
        (("--tls-certificate", "gone.pem", "--tls-key", "k"), NO_TLS.format("gone.pem", "k")),
        (("--tls-key", __file__), NO_TLS.format("–", __file__)),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said(tmp_path: Path, arguments: tuple[str, ...], told: str) -> None:
    office(tmp_path, "add-store", "S1", "Main Street")
    said = office(tmp_path, *arguments)
    assert (said.code, said.err) == (Exit.REFUSED, told)


@pytest.mark.parametrize(
    "command", [("headoffice", "--data"), ("verify", "--headoffice", "--data")], ids=" ".join
)
def test_a_folder_that_was_mistyped_is_no_head_office_and_becomes_none(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    wrong = tmp_path / "ofice"
    said = run(*command, wrong, *(["tills"] if command[0] == "headoffice" else []))
    assert said.code == Exit.REFUSED
    assert said.err.startswith(f"There is no head office in {wrong}.")
    assert not wrong.exists()


@pytest.mark.long(sample=1)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_till_and_its_state_are_listed_in_each_language(tmp_path: Path, language: str) -> None:
    office(tmp_path, "add-store", "S1", "Main Street")
    with beside(tmp_path, "") as administration:
        code = administration.new_code("S1")
    clock = SetClock(SystemClock(UTC).now())  # as the command that made the code
    till = ATill(clock)
    with opened_office(tmp_path, "", clock=clock, chance=SeededChance(1)) as found:
        assert till.join(found, code).status == 201
    assert office(tmp_path, "revoke", "S1-T1", language=language).code == 0
    row = office(tmp_path, "tills", language=language).out
    assert till.id.hex() in row
    assert {"en": "revoked", "zh_CN": "已吊销", "zh_TW": "已撤銷"}[language] in row


def test_a_database_that_does_not_answer_is_said_without_its_password(tmp_path: Path) -> None:
    url = f"postgresql://user:secret@/x?host={tmp_path}"
    said = run("headoffice", "--data", tmp_path, "--database", url, "stores")
    assert said.code == Exit.REFUSED
    assert said.err.startswith("Head office's database does not answer: ")
    assert "secret" not in said.err
    odd = run("headoffice", "--data", tmp_path, "--database", "mysql://user:secret@h/x", "stores")
    assert (odd.code, "secret" in odd.err) == (Exit.REFUSED, False)


def test_a_key_of_another_head_office_is_said(begun: Path) -> None:
    (begun / FILE_NAME).write_text("11" * 32)
    said = office(begun, "stores")
    assert (said.code, FILE_NAME in said.err) == (Exit.REFUSED, True)


def test_a_later_releases_database_is_left_alone(tmp_path: Path) -> None:
    database = open_database("", tmp_path)
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    said = office(tmp_path, "stores")
    assert (said.code, "9999" in said.err) == (Exit.REFUSED, True)


def test_the_key_is_its_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "office"
    office(folder, "add-store", "S1", "Main Street")
    assert (folder / FILE_NAME).stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700


def test_what_shops_sold_is_its_owners_alone_in_whatever_folder(begun: Path) -> None:
    assert begun.stat().st_mode & 0o777 == 0o755
    found = {one.name: one.stat().st_mode & 0o777 for one in begun.iterdir()}
    assert found[DATABASE] == 0o600
    assert set(found.values()) == {0o600}


def test_an_installation_without_the_server_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "posloyalty.headoffice.running.opening", None)
    said = office(tmp_path, "stores")
    assert (said.code, "Python package" in said.err) == (Exit.REFUSED, True)


def test_the_console_and_the_till_load_no_server() -> None:
    script = (
        "import sys\n"
        "from posloyalty.cli.commands import application\n"
        "from posloyalty.wording import Words\n"
        "import posloyalty.bootstrap\n"
        "application(Words('en'))\n"
        f"print([name for name in {SERVER!r} if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert done.stdout == b"[]\n"


def test_two_people_publish_on_the_command_line(tmp_path: Path) -> None:
    data = tmp_path / "office"
    clock = SystemClock(UTC)
    with opened_office(data, "", clock=clock, chance=SystemChance()) as found:
        ann = found.operators.add("Ann", Role.MANAGER, by="chief")
        ben = found.operators.add("Ben", Role.MANAGER, by="chief")
        dan = found.operators.add("Dan", Role.MANAGER, by="chief")
        cleo = found.operators.add("Cleo", Role.CLERK, by="chief")
    file = tmp_path / "cafe.toml"
    file.write_bytes(resources.read("programmes/cafe.toml"))

    def act(person: Invitation, *words: object, ahead: int = 0) -> Said:
        """In somebody's name; a code opens once, so the next one is taken for a second act."""
        code = code_at(person.secret, int(clock.now().timestamp()) + 30 * ahead)
        told = ("headoffice", "--data", data, "programme", *words, "--as", person.name)
        return run(*told, "--code", code, typed=person.password + "\n")

    assert act(cleo, "propose", file).code == Exit.REFUSED
    assert "Publication 1 is proposed" in act(ann, "propose", file).out
    assert "Somebody else" in act(ann, "approve", 1, ahead=1).err
    assert "Publication 1 is published." in act(ben, "approve", 1).out
    listed = office(data, "programme", "list").out
    assert listed.startswith("1  cafe 1  in effect")
    assert listed.endswith("Ann, Ben\n")
    office(data, "add-store", "S1", "Main Street")
    with opened_office(data, "", clock=clock, chance=SystemChance()) as found:
        till = ATill(SetClock(clock.now()))
        assert till.join(found, found.administration.new_code("S1")).status == 201
    stopped = act(ben, "stop", "offer:quiet-hours", ahead=1).out
    assert "offer:quiet-hours is stopped by publication 2." in stopped
    assert "S1-T1  not yet; dearest day 0.00 CNY;" in stopped
    assert "Publication 3 is published." in act(dan, "go-back", 1).out
    told = {"schedule": "", "hash": "", "refused": "2 MIN_APP", "said_s": 0}
    with (
        opened_office(data, "", clock=clock, chance=SystemChance()) as found,
        found.database.write() as connection,
    ):
        mine = select(TILL.c.till_id).scalar_subquery()
        connection.execute(insert(TILL_PROGRAMME).values(till_id=mine, **told))
    listed = office(data, "programme", "list", language="zh_CN").out
    assert Words("zh_CN")("console.not_taken_min_app") in listed
    assert "MIN_APP" not in listed


def test_two_people_set_the_policy_on_the_command_line(tmp_path: Path) -> None:
    data, clock = tmp_path / "office", SystemClock(UTC)
    with opened_office(data, "", clock=clock, chance=SystemChance()) as found:
        ann = found.operators.add("Ann", Role.MANAGER, by="chief")
        ben = found.operators.add("Ben", Role.MANAGER, by="chief")
        cleo = found.operators.add("Cleo", Role.MANAGER, by="chief")

    def act(person: Invitation, *words: object, ahead: int = 0) -> Said:
        code = code_at(person.secret, int(clock.now().timestamp()) + 30 * ahead)
        told = ("headoffice", "--data", data, "policy", *words, "--as", person.name)
        return run(*told, "--code", code, typed=person.password + "\n")

    said = office(data, "policy", "show").out
    assert "Policy 0" in said
    assert "5.00 CNY a member" in said
    assert "up to, a receipt: as each shop says" in said
    told = act(
        ann, "propose", "--floor", "2.50", "--sale-points", "5000", "--cards", "--returns=80"
    )
    for one in (
        "2.50 CNY a member",
        "a receipt: 80.00 CNY",
        "gift cards pay: yes",
        "above 5000 points",
        "Proposal 1",
    ):
        assert one in told.out
    assert "Somebody else" in act(ann, "approve", 1, ahead=1).err
    assert "Policy 1 holds from now on." in act(ben, "approve", 1).out
    assert "2.50 CNY a member" in office(data, "policy", "show").out
    wrong = act(ben, "propose", "--floor", "two", ahead=1)
    assert (wrong.code, "two" in wrong.err) == (Exit.REFUSED, True)
    told = act(cleo, "propose", "--floor", "9.00", "--returns=-")
    assert "a receipt: as each shop says" in told.out
    assert "Proposal 2" in told.out
    assert act(cleo, "withdraw", 2, ahead=1).out.endswith("Proposal 2 is withdrawn.\n")
    assert "2.50 CNY a member" in office(data, "policy", "show").out


@pytest.mark.parametrize(
    ("listed", "said"),
    [
        (("stores",), "There is no store yet. Add one with add-store.\n"),
        (("tills",), "No till has joined yet. Make a code for its store with code.\n"),
        (("credits", "list"), "No credits were proposed yet.\n"),
        (
            ("operators",),
            "Nobody may sign in at the web console yet. Add somebody with add-operator.\n",
        ),
    ],
)
def test_a_list_with_nothing_in_it_says_so(
    tmp_path: Path, listed: tuple[str, ...], said: str
) -> None:
    with opened_office(tmp_path, "", clock=SetClock(), chance=SeededChance(1)):
        pass
    assert office(tmp_path, *listed).out == said


def test_who_was_erased_and_who_shares_a_phone_is_told_without_names(tmp_path: Path) -> None:
    office(tmp_path, "add-store", "S1", "Main Street")
    assert office(tmp_path, "erased").out == "No member was erased.\n"
    assert office(tmp_path, "shared").out == "No two members say that the same is theirs.\n"
    clock = SetClock()
    with opened_office(tmp_path, "", clock=clock, chance=SeededChance(1)) as found:
        ATill(clock).join(found, found.administration.new_code("S1"))
        with found.database.write() as connection:
            feed = ProfileFeed(connection, now_s=int(clock.now().timestamp()))
            for number in (1, 2):
                said = record.Said(("13800000001",), (number, 0), "0a" * 16)
                fields = {"phone": said}
                member = f"{number:032x}"
                feed.take(
                    [
                        record.ProfileRecord(
                            member=member, joined="2026-01-01", store="S1", fields=fields
                        )
                    ]
                )
            feed.erase((3).to_bytes(16, "big"))
    assert office(tmp_path, "shared").out == (f"{2:032x} has a phone that {1:032x} gave first\n")
    told = office(tmp_path, "erased").out.splitlines()
    assert told[0].startswith(f"{3:032x}: erased 2026-11-22T")
    assert told[1] == "  waiting for S1-T1"


def test_a_person_chooses_between_two_programs_that_speak_as_one_till(tmp_path: Path) -> None:
    office(tmp_path, "add-store", "S1", "Main Street")
    assert office(tmp_path, "clones").out == "Each till is one program.\n"
    till = ATill(SetClock())
    with opened_office(tmp_path, "", clock=SetClock(), chance=SeededChance(1)) as found:
        till.join(found, found.administration.new_code("S1"))
        clone(till, found)
        said_hello(till, found, after=b"1" * 16)
    told = office(tmp_path, "clones").out
    assert till.id.hex() in told
    assert ("32" * 16 in told, "33" * 16 in told) == (True, True)
    wrong = office(tmp_path, "keep", till.id.hex(), "ab" * 16)
    assert (wrong.code, "ab" * 16 in wrong.err) == (Exit.REFUSED, True)
    assert office(tmp_path, "keep", till.id.hex(), "32" * 16).code == 0
    assert office(tmp_path, "clones").out == "Each till is one program.\n"


def test_a_database_that_was_put_back_says_whom_it_waits_for(begun: Path) -> None:
    assert office(begun, "life").out == (
        "The database has not been put back from a copy.\nLeases are lent.\n"
    )
    clock = SetClock()
    with opened_office(begun, "", clock=clock, chance=SeededChance(3)) as found:
        found.administration.add_store("S1", "Main Street")
        till = ATill(clock)
        till.join(found, found.administration.new_code("S1"))
    began = office(begun, "put-back").out
    with opened_office(begun, "", clock=clock, chance=SeededChance(3)) as found:
        life = found.lifetime.stands().life
    assert began == f"A new life of the database has begun: {life}.\n"
    said = office(begun, "life").out.splitlines()
    assert f"(life {life})" in said[0]
    assert said[1] == "Nothing is lent until these tills have told what they hold:"
    assert said[2] == f"  {till.id.hex()}  S1-T1"
    assert office(begun, "lend-again").out == (
        "Leases are lent again. Tills that were not waited for: 1.\n"
    )
    assert office(begun, "life").out.splitlines()[1] == "Leases are lent."


def test_nobody_was_out_of_reach_where_nothing_was_sold(begun: Path) -> None:
    assert office(begun, "reach").out == "No till was out of reach in 30 days.\n"
