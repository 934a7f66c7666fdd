"""Tables that a door hands out as files."""

from collections.abc import Iterable, Sequence

from django.http import HttpResponse, StreamingHttpResponse

from huiqun.lib.cells import Cell, csv_lines


def csv_response(rows: Iterable[Sequence[Cell]], *, name: str) -> HttpResponse:
    """The rows as they come, ``name`` being the file's."""
    response = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response  # type: ignore[return-value]
