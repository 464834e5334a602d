"""From a training file and series to a model folder: parts, network, training, export, card."""
