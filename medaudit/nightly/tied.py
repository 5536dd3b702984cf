"""People tied to each other by their records: a refund under one number takes back what stands under another, or a line names
another person than its settlement. Rare, and mostly slips; but what counts of the one cannot be judged without the other's rows."""

from __future__ import annotations

# Pairs (psn_no, other) of the typed records; {of}: a condition on the settlements that they are of.
_PAIRS = {
    "f.setl_id": """
    SELECT f.psn_no, s.psn_no AS other
    FROM typed_fee_item f JOIN typed_settlement s ON s.setl_id = f.setl_id WHERE f.psn_no <> s.psn_no AND {of}
    """,
    "r.setl_id o.setl_id": """
    SELECT r.psn_no, o.psn_no AS other
    FROM typed_settlement r JOIN typed_settlement o ON o.setl_id = r.init_setl_id WHERE r.psn_no <> o.psn_no AND {of}
    """,
    "n.setl_id p.setl_id": """
    SELECT coalesce(n.psn_no, ns.psn_no) AS psn_no, coalesce(p.psn_no, ps.psn_no) AS other
    FROM typed_fee_item n JOIN typed_fee_item p ON p.feedetl_sn = n.init_feedetl_sn
    LEFT JOIN typed_settlement ns ON ns.setl_id = n.setl_id LEFT JOIN typed_settlement ps ON ps.setl_id = p.setl_id
    WHERE coalesce(n.psn_no, ns.psn_no) <> coalesce(p.psn_no, ps.psn_no) AND {of}
    """,
}


def tied(bills: str = "") -> str:
    """A SELECT of all pairs, psn_no and other, each once. bills: a table of setl_id; then only pairs that one of these ties."""

    def of(columns: str) -> str:
        mine = [f"{column} IN (SELECT setl_id FROM {bills})" for column in columns.split()]
        return f"({' OR '.join(mine)})" if bills else "TRUE"

    return " UNION ".join(pair.format(of=of(columns)) for columns, pair in _PAIRS.items())
