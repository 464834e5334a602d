"""Windows a second that train a CNN with a bidirectional LSTM, beside a plain PyTorch loop.

The same network, windows, batches, losses and optimiser in turns, on generated sessions; the loop
does nothing else, where the library's also checks the data, clips gradients, keeps the means of the
losses and could be killed at any epoch.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from copy import deepcopy

import torch
from torch.nn import functional

from benchmarks import report
from benchmarks.arguments import command
from models.adaptation.domains import Domains
from models.adaptation.source_only import SourceOnly
from models.adaptation.trainer import train
from models.adaptation.training import Training
from models.generator import CHANNELS, SOURCE, make_session
from models.networks.classifier import Classifier
from models.networks.cnn_bilstm import CnnBiLstm
from models.networks.decoder import Decoder
from models.networks.network import Network
from models.preprocessing.preprocessing import Preprocessing
from models.training.generated import series_of
from models.windows import NORMAL, Windows, cut

LENGTH = 64
PEER = "plain PyTorch loop"


def windows_of(count: int, seed: int) -> Windows:
    """Windows of a generated session, of which some are anomalous."""
    session = make_session(SOURCE, 2 * count + LENGTH, seed)
    return cut(series_of(session, str(seed)), LENGTH, stride=2)


def network_of(windows: Windows) -> Network:
    """The spec's network with its sizes, both heads."""
    preprocessing = Preprocessing(CHANNELS)
    numbers = preprocessing.estimate(windows.values)
    encoder = CnnBiLstm(len(CHANNELS))
    heads = Classifier(encoder.latent, 2), Decoder(encoder.latent, len(CHANNELS), LENGTH)
    return Network(preprocessing, [numbers, numbers], encoder, *heads)


def by_library(network: Network, domains: Domains, training: Training) -> None:
    """An epoch of the library's loop."""
    train(SourceOnly(), network, domains, training)


def by_plain_loop(network: Network, domains: Domains, training: Training) -> None:
    """An epoch as one would write it by hand."""
    torch.manual_seed(training.seed)
    optimiser = torch.optim.Adam(
        network.parameters(), training.rate, weight_decay=training.weight_decay
    )
    values, labels = (
        torch.from_numpy(each) for each in (domains.source.values, domains.source.labels)
    )
    network.train()
    for rows in torch.split(torch.randperm(len(values)), training.batch)[
        : len(values) // training.batch
    ]:
        found = network(values[rows], 0)
        normal = (labels[rows] == NORMAL).float()
        rebuilding = (found.error * normal).sum() / normal.sum().clamp(min=1.0)
        loss = functional.cross_entropy(found.logits, labels[rows])
        optimiser.zero_grad()
        (loss + training.reconstruction * rebuilding).backward()
        optimiser.step()


def measure(windows: int, batch: int, threads: int, runs: int) -> report.Case:
    """Both loops in turns, from the same weights each."""
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    source = windows_of(windows, seed=1)
    domains = Domains.without_target((source,), (windows_of(batch, seed=2),))
    network, training = network_of(source), Training(epochs=1, batch=batch, threads=threads)
    loops: dict[str, Callable[[Network, Domains, Training], None]] = {
        "library": by_library,
        PEER: by_plain_loop,
    }
    rates: dict[str, list[float]] = {name: [] for name in loops}
    count = len(source) // batch * batch
    for turn in range(runs + 1):
        for name, loop in loops.items():
            fresh, begun = deepcopy(network), time.perf_counter()
            loop(fresh, domains, training)
            if turn:  # The first turn warms up.
                rates[name].append(count / (time.perf_counter() - begun))
    return report.Case(
        f"CNN and BiLSTM, {threads} threads, batches of {batch}",
        "throughput",
        "windows/s",
        rates["library"],
        peer=PEER,
        peer_runs=rates[PEER],
    )


def main() -> None:
    """Measures and writes build/bench/training.json."""
    parser = command(__doc__, "python -m benchmarks.training --threads 2")
    parser.add_argument("--windows", type=int, default=2048, help="of an epoch")
    parser.add_argument("--batch", type=int, default=64, help="windows of a step")
    parser.add_argument("--threads", type=int, default=2, help="of PyTorch")
    parser.add_argument("--runs", type=int, default=5, help="epochs of either loop, in turns")
    options = parser.parse_args()
    if min(options.batch, options.threads, options.runs) < 1 or options.windows < options.batch:
        parser.error("--batch, --threads and --runs must be above 0, --windows at least --batch")
    case = measure(options.windows, options.batch, options.threads, options.runs)
    found = case.document()
    print(
        f"{case.case}: {found['value']:,.0f} {case.unit}, {PEER}: {found['peer_value']:,.0f}, "
        f"{found['ratio']:.2f} x"
    )
    print(report.write("training", [case]))


if __name__ == "__main__":
    main()
