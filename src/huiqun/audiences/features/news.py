"""What came between two versions of the lake, and that nothing else did."""

from collections.abc import Iterable

from huiqun.audiences.features.changes import News
from huiqun.audiences.features.reading import text
from huiqun.foundation import lake


def news_of(old: int, new: int, reads: Iterable[str]) -> News | None:
    """Files that came since, of ``profiles`` and the datasets in ``reads``; None when rows were taken away or
    replaced, or are of a dataset whose rows are not events. Files that were folded into one bring nothing: they
    are told apart from what came with them as long as that is there."""
    history = _History(old, new)
    news = {}
    for dataset in sorted({"profiles", *reads}):
        had, has = ({file.path for file in each.of(dataset)} for each in (history.before, history.after))
        if had == has:
            continue
        if not lake.DATASETS[dataset].is_events:
            return None
        came = history.unfolded(has - had, had)
        if came is None or not had - has <= came.folded:
            return None
        if came.fresh:
            news[dataset] = ", ".join(text(str(lake.folder() / path)) for path in sorted(came.fresh))
    return news


class _Came:
    def __init__(self) -> None:
        self.fresh: set[str] = set()
        self.folded: set[str] = set()


class _History:
    """The versions from ``old`` to ``new``: files that came and were folded in between are in neither."""

    def __init__(self, old: int, new: int) -> None:
        self.before, self.after = lake.manifest(old), lake.manifest(new)
        self._old, self._new = old, new
        self._files: dict[str, lake.LakeFile] = {}

    def unfolded(self, paths: Iterable[str], had: set[str]) -> _Came | None:
        """What ``paths`` are made of: files that were there before, and files that came. None where rows went
        on the way (what was erased, is past its time, or had come twice), or where the traces were swept."""
        came, todo = _Came(), list(paths)
        while todo:
            path = todo.pop()
            if path in had:
                came.folded.add(path)
                continue
            file = self._file(path)
            if file is None or not self._add(came, file):
                return None
            todo += file.folds
        return came

    def _add(self, came: _Came, file: lake.LakeFile) -> bool:
        if not file.folds:
            came.fresh.add(file.path)
            return (lake.folder() / file.path).exists()
        parts = [self._file(each) for each in file.folds]
        return sum(part.rows for part in parts if part is not None) == file.rows

    def _file(self, path: str) -> lake.LakeFile | None:
        if not self._files:
            for number in range(self._old, self._new + 1):
                self._files |= {file.path: file for file in _files(number)}
        return self._files.get(path)


def _files(number: int) -> tuple[lake.LakeFile, ...]:
    """Of a number that was never used none."""
    try:
        return lake.manifest(number).files
    except FileNotFoundError:
        return ()
