"""Scans that go on from an earlier one: what concerns nobody whose records changed is taken over, the rest computed anew.

A full scan of a workspace leaves its base: every fact, every part of a fact and every rule's hits. A later scan reads
which people the deliveries since then concern and asks what falls apart by person (engine/apart.py) of them alone;
everything else is asked of everybody. What it finds is what a full scan would find.

    base.py     what a full scan leaves, and whether it can still be gone on from
    changed.py  whom the deliveries since concern
    opened.py   the records of files or of a workspace
    session.py  a workspace opened for a scan
    engine.py   an engine whose `keep` does as much as is needed
    verdicts.py refunds, likewise
    compared.py which rows of a table are not what they were
"""

from medaudit.nightly.opened import records_of

__all__ = ["records_of"]
