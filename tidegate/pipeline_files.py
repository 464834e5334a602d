"""Files and folders that a pipeline file names."""

from __future__ import annotations

from pathlib import Path

from tidegate.documents import shown_path
from tidegate.errors import DocumentError
from tidegate.pipeline_document import ModelDocument


class Files:
    """Finds the files that a pipeline file names."""

    def __init__(self, path: Path, source: str) -> None:
        folder = path.resolve().parent
        self._folders = list(dict.fromkeys([folder, folder.parent, Path.cwd()]))
        self.source = source

    def find(self, name: str, option: str) -> Path:
        """The first of the candidates that exists.

        Raises:
            DocumentError: when there is none, naming the folders looked in.
        """
        for folder in self._folders:
            if (folder / name).exists():
                return folder / name
        looked = ", ".join(shown_path(folder) for folder in self._folders)
        raise DocumentError(f"{self.source}: {option}: {name}: no such file; looked in {looked}")

    def model(self, model: ModelDocument) -> Path:
        """The model's folder: the one that is named, or that of the version a name serves now.

        Raises:
            TidegateError: when there is no such folder, or it is not what its card says.
        """
        if model.name is None:
            return self.find(str(model.path), "model.path").resolve()
        # Brings fsspec, which a pipeline that names a folder does without.
        from tidegate.registry import CURRENT, Registry, is_url

        root = model.registry or "registry"
        if not is_url(root):
            root = str(self.find(root, "model.registry").resolve())
        return Registry(root).folder(model.name, model.version or CURRENT)
