"""From a trained network to one number a window: temperature, calibration, mixture, threshold."""
