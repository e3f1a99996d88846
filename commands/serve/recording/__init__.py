"""Recording in the explorer: who may, the forms of decisions, and what a plan or a receipt tells."""
