"""Charts: pictures of the structure and of its execution, each with its context and a description in words."""
