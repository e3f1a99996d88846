"""Files: outputs that are put in place whole or not at all, inputs of a stated size, and renaming."""
