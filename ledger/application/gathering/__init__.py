"""The gathering of what a decision concerns: from the events that an index names, in place of whole streams."""
