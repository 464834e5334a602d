"""Says in words and pictures what a rule matches."""
