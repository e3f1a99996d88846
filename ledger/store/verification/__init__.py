"""Verification of a store: raw rows and the nodes of their tree, judged one by one."""
