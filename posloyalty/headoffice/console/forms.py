"""Forms as browsers send them, read within bounds: fields as texts, and one file at most."""

from __future__ import annotations

from io import BytesIO
from urllib.parse import parse_qsl

from python_multipart import parse_form
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import Field, File

from posloyalty.headoffice.console.asking import FIELD_CHARACTERS_MAX, FIELDS_MAX

_WRITTEN = "application/x-www-form-urlencoded"
_PARTS = "multipart/form-data"


class BadForm(Exception):
    """Bytes that are no form, or one beyond the bounds."""


def read_form(kind: str, body: bytes) -> tuple[dict[str, str], bytes]:
    """(fields, file) of a body that is within its own bound; raises `BadForm`."""
    named = kind.partition(";")[0].strip().lower()
    try:
        if named == _WRITTEN:
            text = body.decode("ascii")
            pairs = parse_qsl(
                text, keep_blank_values=True, max_num_fields=FIELDS_MAX, errors="strict"
            )
            fields, file = dict(pairs), b""
        elif named == _PARTS:
            fields, file = _parts(kind, body)
        else:
            raise BadForm
    except (FormParserError, ValueError) as fault:
        raise BadForm from fault
    if any(len(value) > FIELD_CHARACTERS_MAX or "\x00" in value for value in fields.values()):
        raise BadForm
    return fields, file


def _parts(kind: str, body: bytes) -> tuple[dict[str, str], bytes]:
    fields: dict[str, str] = {}
    files: list[bytes] = []

    def on_field(part: Field) -> None:
        if len(fields) >= FIELDS_MAX or part.field_name is None:
            raise BadForm
        fields[part.field_name.decode("utf-8")] = (part.value or b"").decode("utf-8")

    def on_file(part: File) -> None:
        if files:
            raise BadForm
        part.file_object.seek(0)
        files.append(part.file_object.read())

    parse_form({"Content-Type": kind.encode("latin-1")}, BytesIO(body), on_field, on_file)
    return fields, files[0] if files else b""
