"""A workspace: settlement records that arrive day by day, typed once and kept as Parquet by month behind a small catalogue.

    medaudit-workspace.json   the catalogue: what came when, and which files hold what of it
    records/TABLE/MONTH/      the rows, one a key; a file is never changed, only replaced
    rejects/, changes/        per delivery: the rows not accepted, and whom its rows concern
    nights/                   what the last full scan computed, for later ones to go on from

What is not in the catalogue does not count: a delivery is in once the catalogue that names it is in place.
"""
