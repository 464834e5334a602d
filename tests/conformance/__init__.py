"""Runners that hold our code to conformance cases of others."""
