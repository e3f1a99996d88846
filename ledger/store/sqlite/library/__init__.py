"""The adapters to the `eventsourcing` library: all of it that the SQLite store uses, and all that a user of it can use.

Taken from it: `Application` with its event store and notification log, the recorder's interface, the pool of
connections, `StoredEvent` and `Notification`, so that its projection runners tail a ledger and its readers read one.

Passed by: its aggregates, mapper and transcoder. They write a Python path as the topic and let a codec decide the
bytes. Here the bytes of an event are the leaf of the tree and the line of an export, so nothing may write them anew:
the state of a stored event is the line itself, its topic the event type. Its `save` is passed by too: it knows a stream
by its version, and a decision concerns several.

What stands in the place of the version of one aggregate is a dynamic consistency boundary (https://dcb.events): a
decision is judged on the streams that it needs, and again under the write lock if anything was appended since; then it
is recorded or refused.
"""
