"""Models: windows, networks, export, the card and the scorer that the streaming job runs."""
