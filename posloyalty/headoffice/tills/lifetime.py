"""What people say of head office's lives by hand; the console's commands stand on this."""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.headoffice.cases.audit_log import COMMAND_LINE
from posloyalty.headoffice.running.office_key import Office
from posloyalty.headoffice.store.database import Database
from posloyalty.headoffice.tills import lives
from posloyalty.services.ports import Chance, Clock


@dataclass(frozen=True, slots=True)
class Lifetime:
    """The lives of one head office's database."""

    database: Database
    office: Office
    clock: Clock
    chance: Chance

    def stands(self) -> lives.LifeRow:
        """The life now, and whom it waits for."""
        with self.database.read() as connection:
            return lives.how_it_stands(connection)

    def put_back(self, *, by: str = COMMAND_LINE) -> int:
        """The database was put back from a copy: a new life begins; returns which one."""
        with self.database.write() as connection:
            lives.begin(
                connection,
                self.office,
                cause=lives.SAID,
                now_s=self._now_s(),
                drawn=self.chance.token_bytes(16),
                by=by,
            )
        return self.office.life

    def lend_again(self, *, by: str = COMMAND_LINE) -> int:
        """Wait for nobody any more; returns how many tills were waited for."""
        with self.database.write() as connection:
            return lives.lend_again(connection, now_s=self._now_s(), by=by)

    def _now_s(self) -> int:
        return int(self.clock.now().timestamp())
