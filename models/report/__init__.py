"""One HTML page about a model: its figures beside baselines, its plots, its card."""
