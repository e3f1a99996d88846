"""The command line: read the arguments, call one function of the ledger or a projection, print."""
