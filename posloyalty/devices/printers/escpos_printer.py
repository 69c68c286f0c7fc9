"""The conversation with an ESC/POS printer, over whatever channel.

A send that succeeds says nothing about printing (PLATFORM, Receipts), so a job is: ask how the
printer is; when it is off or without paper send nothing; send the job and, in its turn, GS r 1;
wait for that answer, which comes when the job was processed; ask again how the printer is. PRINTED
needs the last answer to be good. No answer, or one that makes no sense, is UNKNOWN.

Printers that never answer GS r are waited for once; from then on their real-time answer alone
counts. Such a printer may confirm what is still in its buffer: the price of not calling every
receipt of a simple printer unknown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from posloyalty.devices.printers.channel import Channel, ChannelBroken, Connector
from posloyalty.devices.printers.status_bytes import (
    IN_ORDER,
    Ask,
    is_in_order,
    is_offline,
    is_real_time,
    offline_condition,
    online_condition,
    question,
    stands_still,
)
from posloyalty.services.papers.receipt_printer import (
    Outcome,
    PrinterCondition,
    PrinterState,
    PrintResult,
)

CHUNK_BYTES: Final = 4096
# After a job that was cut, the printer may still wait for the rest of an image band. Zeros end it
# in white, and mean nothing to a printer that does not wait; more than any band we send.
RESYNC: Final = bytes(16_384)
_OFF: Final = PrinterCondition(PrinterState.OFF)
_UNKNOWN: Final = PrinterCondition(PrinterState.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait, in milliseconds. A job gets `job_ms` besides the time the wire needs."""

    answer_ms: int = 1500
    slow_ms: int = 700
    job_ms: int = 8000


class EscposPrinter:
    """A `ReceiptPrinter` that opens its channel for each question, as printers take one guest."""

    def __init__(
        self,
        connector: Connector,
        *,
        monotonic_ms: Callable[[], int],
        patience: Patience | None = None,
    ) -> None:
        self._connector = connector
        self._now_ms = monotonic_ms
        self._patience = patience or Patience()
        self._answers_in_order = True
        self._cut_short = False

    def condition(self) -> PrinterCondition:
        """Ask the printer how it is; bounded by connecting and three answers."""
        try:
            channel = self._connector.open()
        except ChannelBroken:
            return _OFF
        try:
            return self._ask(channel)
        except ChannelBroken:
            return _OFF
        finally:
            channel.close()

    def print(self, data: bytes) -> PrintResult:
        """Send one job, bounded by the patience and the speed of the wire."""
        try:
            channel = self._connector.open()
        except ChannelBroken:
            return PrintResult(Outcome.NOT_SENT, _OFF)
        try:
            return self._print(channel, data)
        finally:
            channel.close()

    def kick(self, command: bytes, at_once: bytes) -> PrintResult:
        """Open the drawer; `at_once` where the printer answers and yet takes no job in turn."""
        try:
            channel = self._connector.open()
        except ChannelBroken:
            return PrintResult(Outcome.NOT_SENT, _OFF)
        try:
            before = self._ask(channel)
            if stands_still(before):
                _put(channel, at_once, timeout_ms=self._patience.answer_ms)
                # Asked once more, so that the line is not closed on a command under way.
                return PrintResult(Outcome.UNKNOWN, self._ask(channel))
        except ChannelBroken:
            return PrintResult(Outcome.NOT_SENT, _OFF)
        finally:
            channel.close()
        return self.print(command)

    def close(self) -> None:
        """Nothing is held between jobs."""

    def _print(self, channel: Channel, data: bytes) -> PrintResult:
        try:
            before = self._ask(channel)
        except ChannelBroken:
            return PrintResult(Outcome.NOT_SENT, _OFF)
        if before.state in (PrinterState.OFF, PrinterState.PAPER_OUT):
            return PrintResult(Outcome.NOT_SENT, before)
        if self._cut_short:
            data = RESYNC + data
        sent = _Sent()
        until_ms = self._now_ms() + self._job_ms(len(data))
        try:
            whole = self._send(channel, data, sent, until_ms)
            if whole and self._answers_in_order and channel.answers:
                self._wait_in_order(channel, sent, until_ms)
            after = self._ask(channel)
        except ChannelBroken:
            self._cut_short = bool(sent.count)
            return PrintResult(Outcome.UNKNOWN if sent.count else Outcome.NOT_SENT, _OFF)
        return self._verdict(sent, whole=whole, after=after)

    def _verdict(self, sent: _Sent, *, whole: bool, after: PrinterCondition) -> PrintResult:
        self._cut_short = not whole and bool(sent.count)
        good = after.state in (PrinterState.READY, PrinterState.SLOW)
        if whole and good:
            if self._answers_in_order and not sent.processed:
                self._answers_in_order = False
            return PrintResult(Outcome.PRINTED, after)
        if good:
            # Online and yet it did not take the job in time: it is slow, not gone.
            after = PrinterCondition(PrinterState.SLOW)
        return PrintResult(Outcome.UNKNOWN if sent.count else Outcome.NOT_SENT, after)

    def _job_ms(self, count: int) -> int:
        return self._patience.job_ms + count * 1000 // self._connector.bytes_per_s

    def _send(self, channel: Channel, data: bytes, sent: _Sent, until_ms: int) -> bool:
        while sent.count < len(data):
            left_ms = until_ms - self._now_ms()
            if left_ms <= 0:
                return False
            piece = data[sent.count : sent.count + CHUNK_BYTES]
            sent.count += channel.write(piece, timeout_ms=left_ms)
        return True

    def _wait_in_order(self, channel: Channel, sent: _Sent, until_ms: int) -> None:
        _put(channel, IN_ORDER, timeout_ms=self._patience.answer_ms)
        sent.processed = self._answer(channel, is_in_order, until_ms) is not None

    def _ask(self, channel: Channel) -> PrinterCondition:
        if not channel.answers:
            return _UNKNOWN
        started_ms = self._now_ms()
        printer = self._real_time(channel, Ask.PRINTER)
        if printer is None:
            return _UNKNOWN
        paper = self._real_time(channel, Ask.PAPER)
        if paper is None:
            return _UNKNOWN
        if is_offline(printer):
            cause = self._real_time(channel, Ask.OFFLINE_CAUSE)
            return offline_condition(paper=paper, cause=cause or 0)
        condition = online_condition(paper)
        slow = self._now_ms() - started_ms > self._patience.slow_ms
        if slow and condition.state is PrinterState.READY:
            return PrinterCondition(PrinterState.SLOW)
        return condition

    def _real_time(self, channel: Channel, ask: Ask) -> int | None:
        _put(channel, question(ask), timeout_ms=self._patience.answer_ms)
        return self._answer(channel, is_real_time, self._now_ms() + self._patience.answer_ms)

    def _answer(self, channel: Channel, wanted: Callable[[int], bool], until_ms: int) -> int | None:
        """The first byte of the wanted kind; other bytes are late answers or noise."""
        while (left_ms := until_ms - self._now_ms()) > 0:
            for byte in channel.read(timeout_ms=left_ms):
                if wanted(byte):
                    return byte
        return None


@dataclass(slots=True)
class _Sent:
    """How far a job came: bytes that went out, and whether the printer worked through them."""

    count: int = 0
    processed: bool = False


def _put(channel: Channel, command: bytes, *, timeout_ms: int) -> None:
    """Send a short command; one that is only half taken is as good as a broken wire."""
    if channel.write(command, timeout_ms=timeout_ms) not in (0, len(command)):
        raise ChannelBroken("a command was cut")
