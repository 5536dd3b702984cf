"""Where nobody keeps to the yearly limit of a chronic disease a card fetches drugs for a whole family, month after month."""

from __future__ import annotations

import numpy as np

from medaudit.synth.money import OUTPATIENT, priced
from medaudit.synth.picking import DRUGS, bills_of
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import INVOLVED, Town

UNIT = Unit(
    name="over_yearly_limit",
    zh="超年度限额：定点机构不控年度限额，慢特病患者月月加倍取药，全年基金支付超过该病种限额",
    en="Over the yearly limit: the place of a chronic patient does not keep to the limit, and far more drugs are fetched each month than the fund pays for in a year",
    stage=LINES,
    threshold_zh="年度限额",
    threshold_en="the yearly limit",
    kinds=("township", "county", "tcm", "private"),
    rate=(0.03, 0.12),
    strength=(0.1, 0.5),
    least=4,
)
MONTHS = 5  # of the year at least that one fetches drugs


def plant(town: Town, plan: Plan) -> None:
    bills, table = town.bills, town.world.diseases
    # The fund pays so much for a cancer or for dialysis that no drug makes up the limit.
    light = (table["year_lmt_amt"] < 10_000).to_numpy()[bills["disease"]] & (bills["disease"] >= 0)
    chronic = (bills["med_type"] == 14) & light
    here = bills.loc[bills_of(town, plan, chronic), ["person", "disease", "begin"]]
    # Whoever fetches there all that there is of it.
    all_told = bills[chronic].groupby("person")["disease"].agg(["size", "nunique"])
    own = here.groupby("person").size()
    able = own.index[
        (own >= MONTHS)
        & (all_told["size"][own.index] == own)
        & (all_told["nunique"][own.index] == 1)
    ]
    chosen = plan.choose(able.to_numpy(dtype=np.int64))
    fetched = here[here["person"].isin(chosen)].sort_values(["person", "begin"])
    at = np.searchsorted(chosen, fetched["person"])
    limit = np.zeros(len(chosen))
    limit[at] = table["year_lmt_amt"].to_numpy()[fetched["disease"]] * 100
    wanted = limit * plan.intensity(len(chosen), low=1.05, high=2.5)

    lines = town.lines_of(fetched.index.to_numpy())
    of = np.searchsorted(chosen, bills["person"].to_numpy()[lines["bill"]])
    drug = lines["chrgitm"].isin(DRUGS).to_numpy()
    due = priced(town, lines)["scope"].to_numpy() * OUTPATIENT[14]
    drugs, rest = (np.bincount(of, due * part, len(chosen)) for part in (drug, ~drug))
    times = np.maximum((wanted - rest) / np.maximum(drugs, 1), 1)
    cnt = np.ceil(lines["cnt"].to_numpy() * times[of])[drug].astype(np.int64)
    supply = cnt * town.world.pack_days[lines["item"].to_numpy()[drug]]
    town.change_lines(lines.index.to_numpy()[drug], cnt=cnt, supply=supply)

    scope = priced(town, town.lines_of(fetched.index.to_numpy())).groupby("bill")["scope"].sum()
    paid = np.floor(scope.reindex(fetched.index).fillna(0) * OUTPATIENT[14])
    running = paid.groupby(fetched["person"]).cumsum()
    over = np.minimum(running - limit[at], paid)
    beyond = (over > 0).to_numpy()
    strength = np.round(running.groupby(fetched["person"]).transform("max") / limit[at], 2)
    town.change(fetched.index.to_numpy(), unlimited=True)
    town.tell(
        UNIT.name,
        fetched.index.to_numpy()[beyond],
        strength[beyond],
        part=(over / paid)[beyond],
        patient=INVOLVED,
    )
    town.tell(
        UNIT.name,
        fetched.index.to_numpy()[~beyond],
        strength[~beyond],
        role=INVOLVED,
        institution=None,
    )
