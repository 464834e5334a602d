"""Channels derived from a window's own, inside the graph: what is trained on is what streams."""
