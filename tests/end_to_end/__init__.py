"""The whole job on a real broker and cluster, started with ``flink run``."""
