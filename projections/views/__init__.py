"""The views (the read model) of a ledger: a disposable file, filled from held lines, asked by every answer."""
