"""Connections and transactions, alike on SQLite and PostgreSQL.

Three kinds of transaction, and no other way to the database:

* ``reading``: sees one state, changes nothing;
* ``transaction``: changes things that no routing decision depends on;
* ``routing``: everything that may match a caller with an agent. These are serial: SQLite
  gets that from ``BEGIN IMMEDIATE``, PostgreSQL from one advisory lock, because two
  transactions that insert and then look leave nearly every simultaneous pair both waiting.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import InterfaceError, OperationalError, TimeoutError

from ivr.errors import BadSetting, DatabaseAway

ROUTING_LOCK: Final = text("SELECT pg_advisory_xact_lock(95519)")

# A statement may take half of the web's own deadline (3 s), so that the holding answer is
# given by the code that knows why, not by the one that lost patience.
STATEMENT_TIMEOUT_MS: Final = 1500
POOL_TIMEOUT_S: Final = 1.0

POSTGRES_ARGS: Final[dict[str, Any]] = {
    "connect_timeout": 2,
    "tcp_user_timeout": 2000,
    # A peer that is gone while we listen is noticed within some ten seconds, not eighty.
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "options": (
        f"-c timezone=UTC -c statement_timeout={STATEMENT_TIMEOUT_MS}"
        f" -c lock_timeout={STATEMENT_TIMEOUT_MS}"
        " -c idle_in_transaction_session_timeout=10000"
    ),
}


class Store:
    """One database, and the ways to talk to it.

    Args:
        url: ``sqlite:///relative.db``, ``sqlite:////absolute.db`` or ``postgresql://…``.
        patient: true for imports and reports, whose statements may take minutes.

    Raises:
        BadSetting: the URL cannot be understood, or names another kind of database.
    """

    def __init__(self, url: str, *, patient: bool = False) -> None:
        try:
            parsed = make_url(url)
        except Exception as error:
            raise BadSetting(f"DATABASE_URL is not a database URL: {error}") from None
        self.dialect = parsed.get_backend_name()
        self._patient = patient
        if self.dialect == "sqlite":
            if not parsed.database or parsed.database == ":memory:":
                raise BadSetting(
                    "DATABASE_URL must name a file for SQLite, such as sqlite:///var/hotline.db:"
                    " several processes share it."
                )
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
            self.engine = create_engine(
                parsed, pool_size=8, pool_timeout=POOL_TIMEOUT_S, hide_parameters=True
            )
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
        elif self.dialect == "postgresql":
            arguments = dict(POSTGRES_ARGS)
            if patient:
                arguments["options"] = "-c timezone=UTC"
            self.engine = create_engine(
                parsed,
                pool_size=8,
                pool_timeout=POOL_TIMEOUT_S,
                connect_args=arguments,
                hide_parameters=True,  # Numbers and names stay out of error messages.
            )
        else:
            raise BadSetting(
                f"DATABASE_URL names {self.dialect}; use sqlite:///… or postgresql://…."
            )

    @contextmanager
    def _open(self, begin: str, *, serial: bool = False) -> Iterator[Connection]:
        try:
            with self.engine.connect() as conn, conn.execution_options(begin=begin).begin():
                if serial:
                    self.become_serial(conn)
                yield conn
        except (OperationalError, InterfaceError, TimeoutError) as error:
            cause = type(getattr(error, "orig", None) or error).__name__
            raise DatabaseAway(
                f"The database did not answer ({cause}). Nothing was changed; try again."
            ) from error

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Changes that no routing decision depends on."""
        with self._open("BEGIN IMMEDIATE") as conn:
            yield conn

    @contextmanager
    def routing(self) -> Iterator[Connection]:
        """A serial transaction: it may bring callers and agents together."""
        with self._open("BEGIN IMMEDIATE", serial=True) as conn:
            yield conn

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Looks only."""
        with self._open("BEGIN") as conn:
            yield conn

    def become_serial(self, conn: Connection) -> None:
        """Turn *conn*'s transaction, which has written nothing yet, into a routing one.

        The order is what prevents deadlocks: the routing lock comes before any row lock.
        """
        if self.dialect == "postgresql":
            conn.execute(ROUTING_LOCK)

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver must not begin transactions of its own: BEGIN IMMEDIATE is ours.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute(f"PRAGMA busy_timeout={STATEMENT_TIMEOUT_MS}")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin_sqlite(conn: Connection) -> None:
    conn.exec_driver_sql(conn.get_execution_options().get("begin", "BEGIN IMMEDIATE"))


def open_store(url: str, *, patient: bool = False) -> Store:
    """The database at *url*; nothing is connected before the first transaction."""
    return Store(url, patient=patient)


def engine_of(store: Store) -> Engine:
    """The engine below, for migrations only."""
    return store.engine
