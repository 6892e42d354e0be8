"""The only SQL. What two processes could both do, is decided here by the database."""

from ivr.store.engine import Store, open_store

__all__ = ["Store", "open_store"]
