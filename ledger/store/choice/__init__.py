"""The choice of a store by the location of a ledger: the one place that knows which stores there are.

Every location is a SQLite file today. A second store is a twin of `ledger.store.sqlite`, a line in each function here,
and a fixture in `tests/support/stores.py`, by which the contract is asked of it too. Whoever only reads asks `reading`,
which loads nothing by which anything is recorded.
"""
