"""People tied to each other by their records: a refund under one number takes back what stands under another, or a line names
another person than its settlement. Rare, and mostly slips; but what counts of the one cannot be judged without the other's rows."""

from __future__ import annotations

# Pairs (psn_no, other) of the typed records; {only}: a condition on the settlements a and b that they are of.
_PAIRS = (
    """
    SELECT f.psn_no, s.psn_no AS other, f.setl_id AS a, f.setl_id AS b
    FROM typed_fee_item f JOIN typed_settlement s ON s.setl_id = f.setl_id WHERE f.psn_no <> s.psn_no
    """,
    """
    SELECT r.psn_no, o.psn_no AS other, r.setl_id AS a, o.setl_id AS b
    FROM typed_settlement r JOIN typed_settlement o ON o.setl_id = r.init_setl_id WHERE r.psn_no <> o.psn_no
    """,
    """
    SELECT coalesce(r.psn_no, rs.psn_no) AS psn_no, coalesce(o.psn_no, os.psn_no) AS other, r.setl_id AS a, o.setl_id AS b
    FROM typed_fee_item r JOIN typed_fee_item o ON o.feedetl_sn = r.init_feedetl_sn
    LEFT JOIN typed_settlement rs ON rs.setl_id = r.setl_id LEFT JOIN typed_settlement os ON os.setl_id = o.setl_id
    WHERE coalesce(r.psn_no, rs.psn_no) <> coalesce(o.psn_no, os.psn_no)
    """,
)


def tied(bills: str = "") -> str:
    """A SELECT of all pairs, psn_no and other, each once. bills: a table of setl_id; then only pairs that one of these ties."""
    mine = f"SELECT setl_id FROM {bills}"
    only = f" WHERE p.a IN ({mine}) OR p.b IN ({mine})" if bills else ""
    return " UNION ".join(f"SELECT p.psn_no, p.other FROM ({one}) p{only}" for one in _PAIRS)
