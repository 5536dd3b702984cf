"""People tied to each other by their records: a refund under one number takes back what stands under another, or a line names
another person than its settlement. Rare, and mostly slips; but what counts of the one cannot be judged without the other's rows."""

from __future__ import annotations

from collections.abc import Sequence

# Pairs (psn_no, other) of the typed records, by the aliases of the rows that are tied; {of}: a condition on their settlements.
_PAIRS = {
    ("f",): """
    SELECT f.psn_no, s.psn_no AS other
    FROM typed_fee_item f JOIN typed_settlement s ON s.setl_id = f.setl_id WHERE f.psn_no <> s.psn_no AND {of}
    """,
    ("r", "o"): """
    SELECT r.psn_no, o.psn_no AS other
    FROM typed_settlement r JOIN typed_settlement o ON o.setl_id = r.init_setl_id WHERE r.psn_no <> o.psn_no AND {of}
    """,
    ("n", "p"): """
    SELECT coalesce(n.psn_no, ns.psn_no) AS psn_no, coalesce(p.psn_no, ps.psn_no) AS other
    FROM typed_fee_item n JOIN typed_fee_item p ON p.feedetl_sn = n.init_feedetl_sn
    LEFT JOIN typed_settlement ns ON ns.setl_id = n.setl_id LEFT JOIN typed_settlement ps ON ps.setl_id = p.setl_id
    WHERE coalesce(n.psn_no, ns.psn_no) <> coalesce(p.psn_no, ps.psn_no) AND {of}
    """,
}


def tied(bills: str = "") -> str:
    """A SELECT of all pairs, psn_no and other, each once. bills: a table of setl_id; then only pairs that one of these ties."""

    def of(rows: Sequence[str]) -> str:
        mine = [f"{row}.setl_id IN (SELECT setl_id FROM {bills})" for row in rows]
        return f"({' OR '.join(mine)})" if bills else "TRUE"

    return " UNION ".join(pair.format(of=of(rows)) for rows, pair in _PAIRS.items())
