"""Archives: all that a ledger holds and knew as Parquet files that are never rewritten, for tools that are not ours."""
