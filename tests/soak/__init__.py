"""Long runs, which `make soak` asks for."""
