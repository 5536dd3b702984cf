"""How the form of the ledger changed from version to version: one file each in versions/."""
