"""All methods, by name."""

from __future__ import annotations

from collections.abc import Mapping

from models.adaptation.adabn import AdaBN, DomainSpecificBatchNorm, SharedBatchNorm
from models.adaptation.cdan import CDAN
from models.adaptation.committee import CommitteeTeacher
from models.adaptation.continual import Continual
from models.adaptation.contrast import SupervisedContrast
from models.adaptation.coral import CORAL
from models.adaptation.cotmix import CoTMix
from models.adaptation.dann import DANN
from models.adaptation.dirt_t import DirtT
from models.adaptation.dsan import DSAN
from models.adaptation.mcc import MCC
from models.adaptation.method import Method
from models.adaptation.mmd import MMD
from models.adaptation.multi_source import MomentMatching
from models.adaptation.own_normal import OwnNormal
from models.adaptation.self_training import SelfTraining
from models.adaptation.semi_supervised import SemiSupervised
from models.adaptation.source_only import PerDomainNormalisation, SourceOnly
from models.adaptation.transport import DeepJDOT, SlicedWasserstein

METHODS: Mapping[str, type[Method]] = {
    method.name: method
    for method in (
        SourceOnly,
        PerDomainNormalisation,
        OwnNormal,
        AdaBN,
        SharedBatchNorm,
        DomainSpecificBatchNorm,
        DANN,
        MMD,
        CORAL,
        MCC,
        CommitteeTeacher,
        CDAN,
        DSAN,
        DirtT,
        CoTMix,
        DeepJDOT,
        SlicedWasserstein,
        SelfTraining,
        SupervisedContrast,
        SemiSupervised,
        MomentMatching,
        Continual,
    )
}
