"""Execution and agility: figures about how clusters change and whether measurement holds still."""
