"""Channels of the cobot's window, in the order of the tensor's rows."""

JOINTS = 6

CURRENT = slice(0, 6)
TEMPERATURE = slice(6, 12)
SPEED = slice(12, 18)
TOOL = 18

CHANNELS = (
    *(f"current_{joint}" for joint in range(JOINTS)),
    *(f"temperature_{joint}" for joint in range(JOINTS)),
    *(f"speed_{joint}" for joint in range(JOINTS)),
    "tool_current",
)

UNITS = (*("A",) * JOINTS, *("degC",) * JOINTS, *("rad/s",) * JOINTS, "A")
