"""Kinds of pages: what each of them tells of a question, in typed values that its template shows."""
