"""Exports: the log as lines, and the record and the structure in the words of W3C vocabularies."""
