"""Questions of an audit: what was decided against a rule, which decisions to look at, which documents are there."""
