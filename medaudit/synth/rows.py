"""The columns of bills and lines while a town is in the making, and what stands in them unless something is said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from medaudit.synth.chance import Numbers

# Bills: one row a settlement. care names the rows of world.care that make its lines.
BILL: dict[str, Any] = {
    "person": -1,  # row of people
    "place": -1,  # row of world.places
    "doctor": -1,  # row of world.doctors, -1: nobody
    "disease": -1,  # row of world.diseases, -1: none
    "med_type": 11,
    "begin": 0,  # day
    "end": 0,
    "settled": 0,  # day
    "clock": 36_000,  # second of the settlement
    "care": "",
    "dscg_way": 0,  # 0: not a stay
    "adm_way": 0,
    "bed": 0,  # 0: none is told
    "bed_with": -1,  # the bill whose bed its patient is entered into too
    "idle": 0,  # days without treatment, from the first third of the stay on; beyond its nights: all of them
    "visit": -1,  # bill whose mdtrt_id it shares, -1: its own
    "planned": False,  # the return within 31 days was planned at discharge
    "family": False,  # paid from a relative's account
    "by_hand": False,  # claimed at the office, not settled online
    "insurer": 0,  # 0: the person's own insutype
    "invoice": -1,  # bill whose invoice number it repeats
    "unlimited": False,  # where it is settled nobody keeps to a chronic disease's yearly limit, nor to caps
    "padding": 0,  # fen that stand in the total and on no line; below 0 what was taken off
    "named": False,  # its diagnosis is what it is about, and no clerk leaves it out
    "tel": -1,  # the person whose telephone is given for the stay, -1: the patient's own
    "burst": False,  # its clock is fixed (network failure, one swipe after another): left as it is
    "taken": False,  # part of a scheme or lookalike
}

# Lines: one row a fee line.
LINE: dict[str, Any] = {
    "bill": -1,
    "item": -1,  # row of world.items
    "day": 0,
    "clock": 36_000,
    "cnt": 1,
    "price": -1,  # fen, -1: the place's own price
    "doctor": -1,
    "order": 0,  # 0: no order of its own; else lines of one order share it
    "rx": 0,  # 0: the bill's prescription, -1: none
    "trace": 0,  # 0: a package of its own; else lines of one package share it
    "broken": False,  # trdn_flag: part of an opened package
    "supply": 0,  # prd_days, 0: not given
    "own": False,  # wholly paid by the patient
    "full": False,  # wholly put into scope, whatever its class
    "outside": False,  # etip_flag: sent to another institution
    "unbought": False,  # of goods the place never bought: its books know nothing of it
    "takeaway": False,  # dscg_tkdrug_flag: handed out at discharge
}


def filled(defaults: dict[str, Any], columns: dict[str, Any]) -> pd.DataFrame:
    strangers = set(columns) - set(defaults)
    if strangers:
        raise KeyError(f"no such column: {', '.join(sorted(strangers))}")
    size = max(
        (
            len(v)
            for v in columns.values()
            if isinstance(v, Sequence | np.ndarray | pd.Series) and not isinstance(v, str)
        ),
        default=1,
    )
    made: dict[str, Numbers] = {}
    for name, default in defaults.items():
        value = columns.get(name, default)
        if isinstance(value, pd.Series):
            value = value.to_numpy()
        kind = (
            object
            if isinstance(default, str)
            else np.bool_
            if isinstance(default, bool)
            else np.int64
        )
        made[name] = np.broadcast_to(np.asarray(value, dtype=kind), size).copy()
    return pd.DataFrame(made)


def empty(defaults: dict[str, Any]) -> pd.DataFrame:
    """No rows of BILL or LINE."""
    return filled(defaults, {name: [] for name in defaults})
