"""A wire to a server that can fall silent, as networks and stuck servers do, without a sign."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Wire:
    """Listens on a port and passes bytes to and fro, while it is told to.

    Args:
        to: the address of the server: a path for a UNIX socket, or a host and a port.
    """

    def __init__(self, to: str | tuple[str, int]) -> None:
        self._to = to
        self._pass_on = threading.Event()
        self._pass_on.set()
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = int(self._listening.getsockname()[1])
        self._ends: list[socket.socket] = []
        self._far: list[socket.socket] = []
        self._forgotten: set[socket.socket] = set()
        threading.Thread(target=self._accept, daemon=True).start()

    def fall_silent(self) -> None:
        """Accept connections and bytes, and pass on nothing until further notice."""
        self._pass_on.clear()

    def speak_again(self) -> None:
        """Pass on everything, what was held back first."""
        self._pass_on.set()

    def forget_connections(self) -> None:
        """Nothing will ever be heard again on connections that are open now."""
        self._forgotten.update(self._ends)

    @property
    def connections(self) -> int:
        """How many connections were ever made."""
        return len(self._ends)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                self._ends.append(near)
                threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        self._pass_on.wait()
        family = socket.AF_UNIX if isinstance(self._to, str) else socket.AF_INET
        far = socket.socket(family)
        self._far.append(far)
        with suppress(OSError):
            far.connect(self._to)
            threading.Thread(target=self._pump, args=(far, near, near), daemon=True).start()
            self._pump(near, far, near)

    def _pump(self, source: socket.socket, sink: socket.socket, near: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                self._pass_on.wait()
                if near in self._forgotten:
                    return
                sink.sendall(data)
        if near not in self._forgotten:
            for end in (source, sink):
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Cut everything."""
        self._pass_on.set()
        for end in (self._listening, *self._ends, *self._far):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@contextmanager
def wire(to: str | tuple[str, int]) -> Iterator[Wire]:
    """A wire for as long as the block lasts."""
    opened = Wire(to)
    try:
        yield opened
    finally:
        opened.close()
