"""The reviewer's desk: what of a run is still to be decided, and the decisions as events of the ledger."""
