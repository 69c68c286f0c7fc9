"""An independent reckoning of the CDNOW programme with pandas, sharing no code with the product.

Rules: 1 point per whole USD of each purchase; a lot of day d is good through d + 12 months, clamped
to the month's end; tiers at 200 and 500 points, met by a purchase on day d when the points earned
in (d - 12 months, d] reach the threshold, held through d + 12 months; rows of zero value are
purchases; rows of a day keep the file's order. State as of the end of 1998-06-30.
"""

from __future__ import annotations

from importlib.metadata import distribution
from pathlib import Path

import pandas as pd

AS_OF = pd.Timestamp("1998-06-30")
YEAR = pd.DateOffset(months=12)


def cdnow_file() -> Path:
    """The purchases as the `lifetimes` wheel ships them: only its data file is used."""
    return Path(str(distribution("lifetimes").locate_file("lifetimes/datasets/CDNOW_master.txt")))


def purchases(path: Path) -> pd.DataFrame:
    """Rows of member, day, cents and whole-dollar points, in the file's order."""
    rows = pd.read_csv(
        path, sep=r"\s+", header=0, names=["member", "day", "discs", "value"], dtype=str
    )
    rows["day"] = pd.to_datetime(rows["day"], format="%Y%m%d")
    whole, _, cents = (rows["value"].str.partition(".")[i] for i in range(3))
    rows["cents"] = whole.astype(int) * 100 + cents.str.ljust(2, "0").replace("", "00").astype(int)
    rows["points"] = rows["cents"] // 100
    return rows


def members(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per member: earned, expired, balance, tier ("", "silver" or "gold")."""
    rows = rows.sort_values(["member", "day"], kind="stable").reset_index(drop=True)
    rows["good_through"] = rows["day"] + YEAR
    rows["lapsed"] = rows["points"].where(rows["good_through"] < AS_OF, 0)
    rows["window_starts_after"] = rows["day"] - YEAR
    rows["in_window"] = _window_points(rows)
    totals = rows.groupby("member").agg(earned=("points", "sum"), expired=("lapsed", "sum"))
    totals["balance"] = totals["earned"] - totals["expired"]
    totals["tier"] = ""
    for name, threshold in (("silver", 200), ("gold", 500)):
        met = rows[(rows["in_window"] >= threshold) & (rows["good_through"] >= AS_OF)]
        totals.loc[totals.index.isin(met["member"]), "tier"] = name
    return totals.reset_index()


def _window_points(rows: pd.DataFrame) -> pd.Series:
    sums = []
    for _, own in rows.groupby("member", sort=False):
        running = own["points"].cumsum().to_numpy()
        days = own["day"].to_numpy()
        before = days.searchsorted(own["window_starts_after"].to_numpy(), side="right")
        dropped = [running[i - 1] if i else 0 for i in before]
        sums.extend(int(total) - int(old) for total, old in zip(running, dropped, strict=True))
    return pd.Series(sums, index=rows.index)
