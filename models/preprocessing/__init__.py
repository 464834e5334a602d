"""From raw windows to what an encoder takes: derived channels, then standardisation."""
