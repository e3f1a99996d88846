"""The last that one reader saw of ledgers: kept in a file of the reader's own, and held to what is opened next."""
