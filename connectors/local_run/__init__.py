"""The job's own classes in a JVM beside this process: rules over a history, without a cluster."""
