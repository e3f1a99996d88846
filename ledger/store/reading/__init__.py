"""The reading of a store, whichever database keeps it: rows through one query, held to their lines and the root."""
