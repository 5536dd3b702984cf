"""Offline audit of medical-insurance settlements: settlement files in, a ranked list of suspects out."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from medaudit.errors import MedauditError

if TYPE_CHECKING:
    from medaudit.audit import Audit, audit

__version__ = "0.1.0"
__all__ = ["Audit", "MedauditError", "audit", "__version__"]


class _Door(ModuleType):
    """Opens late, so that `medaudit --help` does not wait for DuckDB and pandas.

    `medaudit.audit` stays the function: importing the module of that name would put the module there.
    """

    @property
    def audit(self) -> Any:
        return import_module("medaudit.audit").audit

    @audit.setter
    def audit(self, module: ModuleType) -> None:
        pass

    @property
    def Audit(self) -> Any:  # noqa: N802 - the class
        return import_module("medaudit.audit").Audit


sys.modules[__name__].__class__ = _Door
