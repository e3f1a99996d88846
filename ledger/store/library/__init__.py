"""The parts of the adapters to the `eventsourcing` library that every store has: sealed events, and a subscription."""
