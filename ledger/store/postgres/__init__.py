"""The store of several machines: a schema of a PostgreSQL database. Only what opens an address on a server loads it."""
