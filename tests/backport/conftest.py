"""The small upstream as a fixture."""

from tests.backport.history import history

__all__ = ["history"]
