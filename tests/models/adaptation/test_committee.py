from __future__ import annotations

import pytest

from tests.models.adaptation import toy

torch = pytest.importorskip("torch", reason="training needs the extra 'train'")

from models.adaptation.committee import CommitteeTeacher  # noqa: E402
from models.adaptation.method import Context  # noqa: E402
from models.adaptation.objective import Objective  # noqa: E402
from models.features.deviation import Deviation  # noqa: E402
from models.networks.classifier import Classifier  # noqa: E402
from models.networks.cnn import Cnn  # noqa: E402
from models.networks.network import Network  # noqa: E402
from models.preprocessing.preprocessing import Preprocessing  # noqa: E402


def test_members_are_shown_no_constants() -> None:
    data = toy.domains()
    layers = Preprocessing(("a", "b"), [Deviation(("a", "b"), (0, 1), "majority")])
    numbers = [layers.estimate(each.values) for each in (*data.sources, data.target)]
    network = Network(layers, numbers, Cnn(4, (8, 8, 8), (5, 3, 3)), Classifier(8, 2, ()))
    method = CommitteeTeacher(steps_of_teacher=1)
    objective, random = Objective.of(data.source.labels, 2, "none"), torch.Generator()
    method.begin(Context(network, data, objective, lambda windows, *_: windows, random))

    values = torch.from_numpy(data.source.values)
    origins = torch.zeros(len(values), dtype=torch.int64)
    seen = method._seen(values, origins, raw=False, numbers=network.domains)

    # Eight statistics of both channels, and one number of each of their deviations.
    assert seen.shape == (len(values), 8 * 2 + 2)
    assert (seen.std(dim=0) > 1e-4).all()
