"""Windows changed at random in ways that do not change what they show; source and target alike."""
