"""Offline audit of medical-insurance settlements: settlement files in, a ranked list of suspects out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from medaudit.audit import Audit, audit

__version__ = "0.1.0"
__all__ = ["Audit", "audit", "__version__"]


def __getattr__(name: str) -> Any:
    # Late, so that `medaudit --help` does not wait for DuckDB and pandas.
    if name in ("audit", "Audit"):
        import importlib

        return getattr(importlib.import_module("medaudit.audit"), name)
    raise AttributeError(name)
