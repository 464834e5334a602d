"""The demo: the main job on this machine, from a session file to a summary and a picture."""
