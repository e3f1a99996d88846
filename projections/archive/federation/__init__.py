"""Federation: one question to the archives of many ledgers, each at the point of knowledge that its own times give."""
