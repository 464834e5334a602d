"""What can go wrong with a model for a reason that a user can act on."""

from tidegate.errors import ModelError, TidegateError


class CardError(ModelError):
    """Raised when a card lacks what it must say, or says what cannot be."""


class IntegrityError(ModelError):
    """Raised when `model.onnx` is not the file whose sha256 the plan states."""


class ContractError(ModelError):
    """Raised when the graph's inputs and outputs, or a frame's shape, differ from the card's."""


class ParityError(ModelError):
    """Raised when an exported graph does not give the scores of the network it was made from."""


class FrameError(TidegateError):
    """Raised when a frame is cut short, has another format, or rows without context."""


class TrainingError(TidegateError):
    """Raised when data cannot give a model: no windows, one class only, NaN, a constant channel."""


class EvaluationError(TidegateError):
    """Raised when scores and labels cannot be measured: all of one kind, NaN, other counts."""
