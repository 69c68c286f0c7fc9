"""Rows for Qt's lists: told apart by a key, spoken by a text; painting looks at the row itself."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QWidget

R = TypeVar("R")
Index = QModelIndex | QPersistentModelIndex
SPOKEN = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)


class KeyedRows(QAbstractListModel, Generic[R]):
    """Rows of one kind. Replacing them keeps the scroll place when the keys stay the same."""

    def __init__(
        self, parent: QWidget, *, key: Callable[[R], Hashable], spoken: Callable[[R], str]
    ) -> None:
        super().__init__(parent)
        self.rows: tuple[R, ...] = ()
        self._key = key
        self._spoken = spoken

    def replace(self, rows: tuple[R, ...]) -> None:
        """Show other rows; only texts changed when the keys are the same."""
        if [self._key(row) for row in rows] == [self._key(row) for row in self.rows]:
            self.rows = rows
            if rows:
                self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """How many rows there are."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What the screen reader says."""
        if index.isValid() and role in SPOKEN:
            return self._spoken(self.rows[index.row()])
        return None
