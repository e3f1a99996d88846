"""The structure as W3C ORG, with the changes that led to it."""
