"""Choosing among trained networks without a label of the target."""
