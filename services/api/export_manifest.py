"""A manifest as it is handed out, and whether a file is the one that it tells of. Pure."""

import hashlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from schemas.export import ZONE, Format, Manifest
from schemas.registry_words import BEIJING
from services.api.models.export import CheckpointModel, ManifestModel, QueryModel
from services.store.exports import Covering

MARK = b"\xef\xbb\xbf"


def manifest_model(manifest: Manifest, covering: Covering | None) -> ManifestModel:
    """As it is handed out."""
    return ManifestModel(
        id=manifest.name,
        format=manifest.format.value,
        query=QueryModel.model_validate(manifest.query.as_json()),
        zone=ZONE,
        columns=list(manifest.columns),
        rows=manifest.rows,
        bytes=manifest.size,
        sha256=manifest.digest.hex(),
        rows_sha256=manifest.rows_digest.hex(),
        checkpoint=None if covering is None else _checkpoint(covering),
        software=manifest.software,
        made_by=manifest.actor,
        began_at=manifest.began_at.astimezone(BEIJING),
        made_at=manifest.made_at.astimezone(BEIJING),
    )


def _checkpoint(covering: Covering) -> CheckpointModel:
    return CheckpointModel(
        number=covering.number,
        made_at=covering.made_at.astimezone(BEIJING),
        closed=str(covering.closed),
        sha256=covering.digest,
        key_id=covering.key_id,
    )


class Digests(NamedTuple):
    """Of a file: its size, its digest and, of CSV, that of its rows."""

    size: int
    digest: str
    rows_digest: str | None


def digests_of(pieces: Iterable[bytes], kind: str) -> Digests:
    """Of a file's bytes, in whatever pieces."""
    whole, rows, size = hashlib.sha256(), hashlib.sha256(), 0
    beginning: bytes | None = b""
    for piece in pieces:
        size += len(piece)
        whole.update(piece)
        if beginning is None:
            rows.update(piece)
            continue
        beginning += piece
        head, line, rest = beginning.partition(b"\n")
        if line:
            rows.update(rest)
            beginning = None
        else:
            beginning = head
    return Digests(size, whole.hexdigest(), rows.hexdigest() if kind == Format.CSV.value else None)


def differences(found: Digests, manifest: ManifestModel) -> Iterator[str]:
    """Sentences: what of a file is not as its manifest says; none: it is the file."""
    if found.size != manifest.bytes:
        yield (
            f"the file has {found.size} bytes, the manifest says {manifest.bytes}: "
            "it is another file, or a part 文件大小不符"
        )
    elif found.digest != manifest.sha256:
        yield (
            f"the file's SHA-256 is {found.digest}, the manifest says {manifest.sha256}: "
            "it was changed 文件摘要不符"
        )
    elif found.rows_digest is not None and found.rows_digest != manifest.rows_sha256:
        yield (
            f"the rows' SHA-256 is {found.rows_digest}, the manifest says {manifest.rows_sha256}: "
            "the manifest was changed 数据行摘要不符"
        )


def contradictions(manifest: ManifestModel, kept: ManifestModel) -> Iterator[str]:
    """Sentences: what of a manifest is not as the database keeps it."""
    said, known = manifest.model_dump(), kept.model_dump()
    for name, value in known.items():
        if said[name] != value:
            yield f"{name} is {said[name]!r}, the database keeps {value!r} 清单与数据库不符"
