"""A real mail server on loopback that misbehaves on purpose, and keeps what it took."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections import Counter
from email import message_from_bytes, policy
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


class Judge:
    """Handler of aiosmtpd. `troubles` gives the chance of each trouble; `taken` is what was accepted,
    `written` the same as it came over the line.

    Troubles: later (451 for one message), refused_us (554 for the sender), kill_early and kill_late (a worker
    is killed before and after the answer), drop_kept and drop_lost (the line is cut instead of an answer, the
    message being in store or not), hang (no answer in time).
    """

    def __init__(self, seed: int = 0, **troubles: float) -> None:
        self.random, self.troubles = random.Random(seed), troubles
        self.taken: list[Any] = []
        self.written: list[bytes] = []
        self.seen: Counter[str] = Counter()
        self.workers: list[int] = []
        self.hang_seconds = 1.0

    def happens(self, trouble: str) -> bool:
        """Whether `trouble` comes now."""
        comes = self.random.random() < self.troubles.get(trouble, 0)
        self.seen[trouble] += comes
        return comes

    def kill(self) -> None:
        """Kill -9 one of the workers, whichever."""
        if self.workers:
            try:
                os.kill(self.random.choice(self.workers), signal.SIGKILL)
            except ProcessLookupError:
                pass

    async def handle_MAIL(self, server: SMTP, session: Any, envelope: Any, address: str, options: Any) -> str:
        """The sender is named."""
        if self.happens("refused_us"):
            return "554 we do not know you"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Any, address: str, options: Any) -> str:
        """The recipient is named."""
        if self.happens("later"):
            return "451 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str | None:
        """The final dot came."""
        if self.happens("kill_early"):
            self.kill()
        if self.happens("hang"):
            await asyncio.sleep(self.hang_seconds)
            return "451 too late"
        if self.happens("drop_lost"):
            server.transport.abort()
            return "451 nobody hears this"
        self.written.append(envelope.content)
        self.taken.append(message_from_bytes(envelope.content, policy=policy.default))
        if self.happens("drop_kept"):
            server.transport.abort()
        if self.happens("kill_late"):
            asyncio.get_running_loop().call_soon(self.kill)
        return "250 taken"

    @property
    def ids(self) -> Counter[str]:
        """How often each Message-ID was taken."""
        return Counter(str(mail["Message-ID"]) for mail in self.taken)


class Server(Controller):
    """The judge behind a port."""

    def __init__(self, judge: Judge) -> None:
        super().__init__(judge, hostname="127.0.0.1", port=free_port())


def free_port() -> int:
    """A port of loopback that nobody has."""
    import socket

    with socket.socket() as here:
        here.bind(("127.0.0.1", 0))
        return int(here.getsockname()[1])
