"""The settings screen: sections at the left (a row of names above in narrow), the open one beside.

A section's view is made when it is first opened and kept as long as this view is.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QWidget

from ui.appearance import Layout
from ui.appearance.metrics import TARGET
from ui.presenters.settings.screen import SettingsPresenter, SettingsState
from ui.rehearsal import rehearse
from ui.views.parts import back_button, column, panel, row, scrolling
from ui.views.settings.section import SectionView
from ui.widgets.buttons import ActionButton
from ui.widgets.lists import ListRow, RowList
from ui.widgets.text import Icon, Text
from ui.widgets.view import ScreenView, ViewContext

SECTIONS_WIDTH = 252
SECTIONS_WIDTH_COMPACT = 236
# Beside a section's name: the panel's and the row's edges, its icon, and the bar that scrolls.
BESIDE_NAME = 2 * 8 + 2 * 12 + 34 + 52
SECTION_ROW = 44
SECTIONS_BACK = 48


class SettingsView(ScreenView):
    """Sections and the open one."""

    def __init__(self, presenter: SettingsPresenter, context: ViewContext) -> None:
        super().__init__(context)
        self._presenter = presenter
        look, words = self.look, self.words
        self._views: dict[str, SectionView] = {}
        self._stack = QStackedWidget()
        self._refused = self._make_refusal()
        self._stack.addWidget(self._refused)
        self._sections: RowList | None = None
        self._tabs: dict[str, ActionButton] = {}
        self._above_section: tuple[QWidget, ...] = ()
        back = back_button(look, words, presenter.escape)
        if look.layout is Layout.NARROW:
            self._arrange_narrow(back)
        else:
            self._arrange(back)
        self.home = self
        self.bind(presenter)

    @property
    def zones(self) -> tuple[QWidget, ...]:
        """Tab goes as the screen is read: sections, then the open one, its entries before its foot.
        Qt would go as things were made.
        """
        section = self._views.get(self._presenter.state.section)
        return self._above_section if section is None else (*self._above_section, *section.zones)

    def release(self) -> None:
        """Let go of the sections too."""
        for view in self._views.values():
            view.release()
        super().release()

    def sleep(self) -> None:
        """The sections sleep too."""
        super().sleep()
        for view in self._views.values():
            view.sleep()

    def wake(self) -> None:
        """The open section wakes too."""
        super().wake()
        section = self._views.get(self._presenter.state.section)
        if section is not None:
            section.wake()

    def catch_up(self) -> None:
        """The open section is shown too, and sleeps on."""
        super().catch_up()
        for view in self._views.values():
            view.sleep()

    def pieces(self) -> Iterator[None]:
        """Make the sections that were never opened."""
        for name in self._presenter.sections:
            # All of them first: what they read is there when their views are made.
            if name not in self._views:
                self._presenter.foresee_section(name)
                yield
        for name in self._presenter.sections:
            if name not in self._views:
                view = self._view(name)
                yield
                yield from view.pieces()
                yield from rehearse(view, self._stack.size())

    def _arrange(self, back: ActionButton) -> None:
        look, words = self.look, self.words
        frame, inside = panel(look, pad=8)
        self._above_section = (frame,)
        self._sections = RowList(look, name=words("settings.sections"), row_height=SECTION_ROW)
        self._sections.chosen.connect(self._choose)
        back.setFixedHeight(look.px(SECTIONS_BACK))
        inside.addWidget(back)
        inside.addWidget(self._sections, 1)
        wide = look.layout is Layout.WIDE
        names = (look.text_width(one.label) for one in self._presenter.state.sections)
        least = look.px(SECTIONS_WIDTH if wide else SECTIONS_WIDTH_COMPACT)
        frame.setFixedWidth(max(least, look.px(BESIDE_NAME) + max(names, default=0)))
        beside = row(look, self, pad=8)
        beside.addWidget(frame)
        beside.addWidget(self._stack, 1)

    def _arrange_narrow(self, back: ActionButton) -> None:
        look, presenter = self.look, self._presenter
        inner = QWidget()
        tabs = row(look, inner)
        for tile in presenter.state.sections:
            tab = ActionButton(look, tile.label, checkable=True)
            tab.clicked.connect(lambda _=False, name=tile.name: presenter.choose(name))
            self._tabs[tile.name] = tab
            tabs.addWidget(tab)
        area = scrolling(look, inner)
        area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFixedHeight(look.px(TARGET))
        area.across = True
        self._area = area
        head = row(look)
        head.addWidget(back, 0, Qt.AlignmentFlag.AlignTop)
        turns = []
        for way, icon, name in ((-1, "back", "sections_before"), (1, "next", "sections_after")):
            turn = ActionButton(look, icon=icon, name=self.words(f"settings.{name}"))
            turn.clicked.connect(lambda _=False, to=way: self._turn_tabs(to))
            head.addWidget(turn, 0, Qt.AlignmentFlag.AlignTop)
            turns.append(turn)
        head.insertWidget(2, area, 1)
        self._above_section = (back, turns[0], inner, turns[1])
        whole = column(look, self, pad=8)
        whole.addLayout(head)
        whole.addWidget(self._stack, 1)

    def _turn_tabs(self, way: int) -> None:
        """Show the sections before or after those that fit side by side."""
        bar = self._area.horizontalScrollBar()
        bar.setValue(bar.value() + way * bar.pageStep() * 3 // 4)

    def _make_refusal(self) -> QWidget:
        look = self.look
        frame, inside = panel(look, pad=24)
        self._refused_words = Text(look, role="strong", wrap=True)
        head = row(look, gap=12)
        head.addWidget(Icon(look, "lock", 28, tone="ink2"))
        head.addWidget(self._refused_words, 1)
        inside.addLayout(head)
        inside.addStretch(1)
        return frame

    def _choose(self, place: int) -> None:
        self._presenter.choose(self._presenter.state.sections[place].name)

    def present(self, state: SettingsState) -> None:
        """Show the list and the open section."""
        chosen = next((n for n, tile in enumerate(state.sections) if tile.chosen), -1)
        if self._sections is not None:
            rows = tuple(
                ListRow(
                    id=tile.name,
                    title=tile.label,
                    icon=tile.icon,
                    amount="●" if tile.changed else "",
                    spoken=self._spoken(tile.label, changed=tile.changed),
                )
                for tile in state.sections
            )
            self._sections.present(rows, chosen)
        for tile in state.sections:
            if tile.name in self._tabs:
                tab = self._tabs[tile.name]
                tab.setChecked(tile.chosen)
                if tile.chosen:
                    self._area.keep(tab)
        self._refused_words.setText(state.refused)
        if state.refused:
            self._stack.setCurrentWidget(self._refused)
        else:
            view = self._view(state.section)
            for other in self._views.values():
                if other is not view:
                    other.sleep()
            view.wake()
            self._stack.setCurrentWidget(view)

    def _spoken(self, label: str, *, changed: bool) -> str:
        return f"{label}, {self.words('settings.unsaved')}" if changed else label

    def _view(self, name: str) -> SectionView:
        view = self._views.get(name)
        if view is None:
            view = SectionView(self._presenter.sections[name], self.context)
            self._views[name] = view
            self._stack.addWidget(view)
        return view
