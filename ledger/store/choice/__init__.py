"""The choice of a store by the location of a ledger: the one place that knows which stores there are.

A location is the path of a SQLite file, or an address on a PostgreSQL server (`ledger.store.address`). Each store has
its lines in each function here, and a fixture in `tests/support/stores.py`, by which the contract is asked of it. What
a server needs is loaded when one is asked, since its driver is an extra. Whoever only reads asks `reading`, which loads
nothing by which anything is recorded.
"""
