"""`qingkong verify-export`: whether a file is the one that its manifest tells of."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final

import typer
from pydantic import ValidationError

from services.api.export_manifest import contradictions, differences, digests_of, manifest_model
from services.api.models.export import ManifestModel
from services.runtime.options import database_of, stop
from services.store.export_lines import export_lines, export_view
from services.store.exports import read_manifest
from services.store.session import Session, StoreError, session

PIECE: Final = 1024 * 1024


def verify_export(
    file: Annotated[Path, typer.Argument(help="The file as it was downloaded.", dir_okay=False)],
    manifest: Annotated[Path, typer.Argument(help="Its manifest, JSON.", dir_okay=False)],
    against_database: Annotated[  # noqa: FBT002 - typer: flags are booleans
        bool,
        typer.Option(
            "--against-database",
            help="Ask the database the same again as of then, and compare.",
        ),
    ] = False,
) -> None:
    """Check an export 校验导出文件 by its manifest; the database is not needed.

    With --against-database the query is asked again as of its position: the file is then what the
    platform would hand out today.

    Example: qingkong verify-export readings.csv manifest.json
    """
    try:
        said = ManifestModel.model_validate_json(manifest.read_bytes())
        found = list(differences(digests_of(_pieces(file), said.format), said))
    except OSError as error:
        stop(f"{error.filename} cannot be read ({error.strerror}): check its name")
    except ValidationError as error:
        stop(f"{manifest} is no manifest ({error.error_count()} fields do not hold)")
    if against_database:
        try:
            with session(database_of(), "api", "qingkong-verify-export") as connection:
                found += _asked_again(connection, said)
        except StoreError as error:
            stop(str(error))
    if found:
        for sentence in found:
            typer.secho(sentence, err=True, fg="red")
        raise typer.Exit(1)
    typer.echo(
        f"{said.rows:,} rows, as known below position {said.query.position}: verified 校验通过"
    )


def _asked_again(connection: Session, said: ManifestModel) -> Iterator[str]:
    known = read_manifest(connection, said.id)
    if known is None:
        yield f"the database knows no export {said.id} 数据库中没有该导出"
        return
    yield from contradictions(said, manifest_model(*known))
    digest, rows = hashlib.sha256(), 0
    with export_view(connection):
        for chunk in export_lines(connection, known[0].query):
            digest.update(chunk.lines)
            rows += chunk.rows
    if digest.hexdigest() != said.rows_sha256:
        yield (
            f"asked again the database gives {rows} rows with SHA-256 {digest.hexdigest()}, the "
            f"manifest says {said.rows} with {said.rows_sha256}: run `qingkong verify` 数据库内容不符"
        )


def _pieces(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while piece := opened.read(PIECE):
            yield piece
