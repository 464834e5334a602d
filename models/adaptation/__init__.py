"""Methods that learn from labelled source and unlabelled target windows, one file each."""
