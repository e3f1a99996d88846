"""Schemas: the published shapes of decision documents, and of what every command answers."""
