"""How well scores tell anomalous windows, and what a threshold makes of them."""
