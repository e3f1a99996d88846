"""The record as W3C PROV."""
