"""People tied to each other by their records: a refund under one number takes back what stands under another, or a line names
another person than its settlement. Rare, and mostly slips; but what counts of the one cannot be judged without the other's rows."""

from __future__ import annotations

from collections.abc import Mapping

# Pairs (psn_no, other) of the typed records: the tables of the rows that are tied, by their aliases, and the SELECT of them.
_PAIRS: tuple[tuple[Mapping[str, str], str], ...] = (
    (
        {"f": "fee_item"},
        """
    SELECT f.psn_no, s.psn_no AS other
    FROM {f} f JOIN typed_settlement s ON s.setl_id = f.setl_id WHERE f.psn_no <> s.psn_no
    """,
    ),
    (
        {"r": "settlement", "o": "settlement"},
        """
    SELECT r.psn_no, o.psn_no AS other
    FROM {r} r JOIN {o} o ON o.setl_id = r.init_setl_id WHERE r.psn_no <> o.psn_no
    """,
    ),
    (
        {"n": "fee_item", "p": "fee_item"},
        """
    SELECT coalesce(n.psn_no, ns.psn_no) AS psn_no, coalesce(p.psn_no, ps.psn_no) AS other
    FROM {n} n JOIN {p} p ON p.feedetl_sn = n.init_feedetl_sn
    LEFT JOIN typed_settlement ns ON ns.setl_id = n.setl_id LEFT JOIN typed_settlement ps ON ps.setl_id = p.setl_id
    WHERE n.init_feedetl_sn IS NOT NULL AND coalesce(n.psn_no, ns.psn_no) <> coalesce(p.psn_no, ps.psn_no)
    """,
    ),
)


def tied() -> str:
    """A SELECT of all pairs, psn_no and other, each once."""
    return " UNION ".join(pair.format_map(_typed(tables)) for tables, pair in _PAIRS)


def newly_tied() -> str:
    """A SELECT of the pairs that rows of `changed_settlement` and `changed_fee_item` tie to any others."""
    return " UNION ".join(
        pair.format_map(_typed(tables) | {row: f"changed_{table}"})
        for tables, pair in _PAIRS
        for row, table in tables.items()
    )


def _typed(tables: Mapping[str, str]) -> dict[str, str]:
    return {row: f"typed_{table}" for row, table in tables.items()}
