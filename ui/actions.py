"""The one table of what a key does where, and what the function buttons say. No Qt.

Shape: an `Action` names the places where it works, its key, its words and the intent: a method of
the presenter in front, or of the shell. Views make their function buttons from it, the key router
looks keys up in it, F1 lists it, and a test walks it for keys used twice and intents that nobody
answers. Keys are written as people read them: "F12", "Ctrl+1", "Enter", "Del".

F4, Ctrl+Space, Alt+digits and their kin belong to input methods and systems and are never used.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from ui.presenters.ports import Screen, Sheet

Place = Screen | Sheet


class By(Enum):
    """Who answers an action."""

    PRESENTER = auto()
    SHELL = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One act. `arguments` are handed to the intent.

    `in_fields` says that the key works while a text field has the keyboard; `repeats` that holding
    it down counts; `guarded` that it is deaf for the first 300 ms of a screen; `listed` is false
    for keys too plain for F1's list.
    """

    id: str
    places: frozenset[Place]
    key: str
    label: str
    intent: str
    icon: str = ""
    arguments: tuple[object, ...] = ()
    by: By = By.PRESENTER
    in_fields: bool = False
    repeats: bool = False
    guarded: bool = False
    listed: bool = True


def _at(*places: Place) -> frozenset[Place]:
    return frozenset(places)


_SCREENS = frozenset(Screen)
_SHEETS = frozenset(Sheet)
_EVERYWHERE = _SCREENS | _SHEETS
_SIGNED_IN = _SCREENS - {Screen.WIZARD, Screen.SIGN_IN, Screen.RECOVERY}
_LISTS = _at(
    Screen.SIGN_IN,
    Screen.SALE,
    Screen.MEMBER,
    Screen.HISTORY,
    Screen.PAY,
    Screen.RETURN,
    Screen.SETTINGS,
    Screen.AUDIT,
    Screen.SHIFT,
    Screen.CASH,
    Screen.KEY_IN,
    *Sheet,
) - {Sheet.WHY, Sheet.GIFT_CARD}

ACTIONS: Final[tuple[Action, ...]] = (
    Action(
        id="keys",
        places=_EVERYWHERE,
        key="F1",
        label="action.keys",
        icon="keyboard",
        intent="show_keys",
        by=By.SHELL,
        in_fields=True,
    ),
    Action(
        id="member",
        places=_at(Screen.SALE),
        key="F2",
        label="action.member",
        icon="person",
        intent="member",
        in_fields=True,
    ),
    Action(
        id="find",
        places=_at(Screen.SALE),
        key="F3",
        label="action.find",
        icon="search",
        intent="find",
        in_fields=True,
    ),
    Action(
        id="redeem",
        places=_at(Screen.SALE),
        key="F5",
        label="action.redeem",
        icon="gift",
        intent="redeem",
        in_fields=True,
    ),
    Action(
        id="hold",
        places=_at(Screen.SALE),
        key="F6",
        label="action.hold",
        icon="hold",
        intent="hold",
        in_fields=True,
    ),
    Action(
        id="recall",
        places=_at(Screen.SALE),
        key="F7",
        label="action.recall",
        icon="recall",
        intent="recall",
        in_fields=True,
    ),
    Action(
        id="return",
        places=_at(Screen.SALE, Screen.DONE, Screen.HISTORY),
        key="F8",
        label="action.return",
        icon="undo",
        intent="take_back",
        in_fields=True,
    ),
    Action(
        id="no_receipt",
        places=_at(Screen.RETURN),
        key="F3",
        label="action.no_receipt",
        icon="receipt",
        intent="without_receipt",
        in_fields=True,
    ),
    Action(
        id="doings",
        places=_at(Screen.SALE, Screen.MEMBER),
        key="Ctrl+M",
        label="action.doings",
        icon="star",
        intent="doings",
        in_fields=True,
    ),
    Action(
        id="pay_out",
        places=_at(Sheet.GIFT_CARD),
        key="F9",
        label="action.pay_out",
        icon="cash",
        intent="pay_out",
        in_fields=True,
    ),
    Action(
        id="approve_points",
        places=_at(Sheet.REDEEM),
        key="F9",
        label="action.approve_points",
        icon="key",
        intent="approve",
    ),
    Action(
        id="exchange",
        places=_at(Screen.RETURN),
        key="F9",
        label="action.exchange",
        icon="sync",
        intent="exchange",
        in_fields=True,
    ),
    Action(
        id="menu",
        places=_EVERYWHERE,
        key="F10",
        label="action.menu",
        icon="menu",
        intent="show_menu",
        by=By.SHELL,
        in_fields=True,
    ),
    Action(
        id="lock",
        places=_SIGNED_IN | _SHEETS,
        key="F11",
        label="action.lock",
        icon="lock",
        intent="lock",
        by=By.SHELL,
        in_fields=True,
    ),
    Action(
        id="main",
        places=_EVERYWHERE,
        key="F12",
        label="action.main",
        intent="main_action",
        in_fields=True,
        guarded=True,
    ),
    Action(
        id="enter",
        places=_EVERYWHERE,
        key="Enter",
        label="action.enter",
        icon="enter",
        intent="enter",
        in_fields=True,
        guarded=True,
    ),
    Action(
        id="escape",
        places=_SCREENS,
        key="Esc",
        label="action.escape",
        icon="back",
        intent="escape",
        in_fields=True,
    ),
    Action(
        id="close_sheet",
        places=_SHEETS,
        key="Esc",
        label="action.close_sheet",
        icon="close",
        intent="close_sheet",
        by=By.SHELL,
        in_fields=True,
    ),
    Action(
        id="up",
        places=_LISTS,
        key="Up",
        label="action.up",
        intent="up",
        in_fields=True,
        repeats=True,
    ),
    Action(
        id="down",
        places=_LISTS,
        key="Down",
        label="action.down",
        intent="down",
        in_fields=True,
        repeats=True,
    ),
    Action(
        id="left",
        places=_at(Screen.SIGN_IN),
        key="Left",
        label="action.left",
        intent="left",
        repeats=True,
    ),
    Action(
        id="right",
        places=_at(Screen.SIGN_IN),
        key="Right",
        label="action.right",
        intent="right",
        repeats=True,
    ),
    Action(
        id="more",
        places=_at(Screen.SALE, Screen.RETURN, Screen.KEY_IN),
        key="+",
        label="action.more",
        icon="plus",
        intent="more",
    ),
    Action(
        id="fewer",
        places=_at(Screen.SALE, Screen.RETURN, Screen.KEY_IN),
        key="-",
        label="action.fewer",
        icon="minus",
        intent="fewer",
    ),
    Action(
        id="line_price",
        places=_at(Screen.SALE, Screen.RETURN, Screen.KEY_IN),
        key="/",
        label="action.line_price",
        intent="line_price",
    ),
    Action(
        id="settle",
        places=_at(Screen.PAY),
        key="F9",
        label="action.settle",
        icon="next",
        intent="settle",
        in_fields=True,
    ),
    Action(
        id="line_discount",
        places=_at(Screen.SALE),
        key="Ctrl+D",
        label="action.line_discount",
        icon="percent",
        intent="line_discount",
    ),
    Action(
        id="basket_discount",
        places=_at(Screen.SALE),
        key="F9",
        label="action.basket_discount",
        icon="percent",
        intent="basket_discount",
        in_fields=True,
    ),
    Action(
        id="remove",
        places=_at(Screen.SALE, Screen.PAY, Screen.KEY_IN, Sheet.REDEEM),
        key="Del",
        label="action.remove",
        icon="bin",
        intent="remove",
    ),
    Action(
        id="undo",
        places=_at(Screen.SALE, Screen.PAY, Sheet.DOINGS),
        key="Ctrl+Z",
        label="action.undo",
        icon="undo",
        intent="undo",
    ),
    Action(
        id="why",
        places=_at(Screen.SALE),
        key="Ctrl+I",
        label="action.why",
        icon="help",
        intent="why",
        in_fields=True,
    ),
    Action(
        id="clear_basket",
        places=_at(Screen.SALE),
        key="Ctrl+Backspace",
        label="action.clear_basket",
        icon="bin",
        intent="clear_basket",
    ),
    Action(
        id="open_drawer",
        places=_at(Screen.SALE),
        key="Ctrl+O",
        label="action.open_drawer",
        icon="cash",
        intent="open_drawer",
        in_fields=True,
    ),
    Action(
        id="void",
        places=_at(Screen.DONE, Screen.HISTORY),
        key="Ctrl+Backspace",
        label="action.void",
        icon="undo",
        intent="void",
        in_fields=True,
    ),
    Action(
        id="backspace",
        places=_at(
            Screen.SALE,
            Screen.PAY,
            Screen.RETURN,
            Screen.SIGN_IN,
            Screen.SHIFT,
            Screen.CASH,
            Screen.KEY_IN,
            Sheet.REDEEM,
            Sheet.FIND,
            Sheet.RECALL,
            Sheet.APPROVE,
            Sheet.DOINGS,
        ),
        key="Backspace",
        label="action.backspace",
        icon="backspace",
        intent="backspace",
        repeats=True,
        listed=False,
    ),
    *(
        Action(
            id=f"tender_{place}",
            places=_at(Screen.PAY),
            key=f"Ctrl+{place}",
            label=f"action.tender_{place}",
            intent="tender",
            arguments=(place,),
            in_fields=True,
        )
        for place in range(1, 6)
    ),
    Action(
        id="exact",
        places=_at(Screen.PAY),
        key="Ctrl+0",
        label="action.exact",
        intent="exact",
        in_fields=True,
    ),
    Action(
        id="reprint",
        places=_at(Screen.DONE, Screen.RECEIPT, Screen.HISTORY, Screen.SHIFT),
        key="Ctrl+P",
        label="action.reprint",
        icon="receipt",
        intent="reprint",
        in_fields=True,
    ),
    Action(
        id="earlier",
        places=_at(Screen.AUDIT),
        key="Ctrl+Left",
        label="audit.earlier",
        icon="left",
        intent="earlier",
    ),
    Action(
        id="later",
        places=_at(Screen.AUDIT),
        key="Ctrl+Right",
        label="audit.later",
        icon="right",
        intent="later",
    ),
    Action(
        id="section_before",
        places=_at(Screen.SETTINGS),
        key="Ctrl+Up",
        label="action.section_before",
        icon="up",
        intent="section_before",
        in_fields=True,
    ),
    Action(
        id="section_after",
        places=_at(Screen.SETTINGS),
        key="Ctrl+Down",
        label="action.section_after",
        icon="down",
        intent="section_after",
        in_fields=True,
    ),
)


def action(action_id: str) -> Action:
    """The action of an id; KeyError when there is none."""
    return _BY_ID[action_id]


def action_for(key: str, place: Place) -> Action | None:
    """What a key does in a place, if anything."""
    return _BY_KEY.get((key, place))


def actions_of(place: Place) -> tuple[Action, ...]:
    """What can be done in a place by key, in the table's order."""
    return tuple(action for action in ACTIONS if place in action.places)


_BY_ID: Final = {action.id: action for action in ACTIONS}
_BY_KEY: Final = {(action.key, place): action for action in ACTIONS for place in action.places}
