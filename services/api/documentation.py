"""The API's documentation as a page that needs no other host and no script.

It must not know what the routes do: all is from the OpenAPI document.
"""

import html
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, cast

Json = Mapping[str, object]
METHODS: Final = ("get", "post", "put", "patch", "delete")
STYLE: Final = """
body{font:16px/1.5 system-ui,sans-serif;margin:0 auto;max-width:60rem;padding:1rem;color:#222}
h2{border-bottom:1px solid #ccc;margin-top:2rem}section{margin:1rem 0 2rem}
code,pre{font-family:ui-monospace,monospace;font-size:.9em}pre{background:#f5f5f5;padding:.6rem;overflow:auto}
.m{display:inline-block;min-width:4.5rem;font-weight:bold}table{border-collapse:collapse;width:100%}
td,th{border-bottom:1px solid #ddd;padding:.25rem .5rem;text-align:left;vertical-align:top}
@media(prefers-color-scheme:dark){body{background:#161616;color:#ddd}pre{background:#262626}}
"""


def page(document: Json, style: str, source: str) -> str:
    """The whole page; `style` and `source` are the addresses of its style and of the document."""
    info = _object(document, "info")
    title = html.escape(str(info["title"]))
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title} API</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<link rel="stylesheet" href="{html.escape(style)}"></head><body>'
        f"<h1>{title} API {html.escape(str(info['version']))}</h1>"
        f"{_text(info.get('description'))}"
        f'<p><a href="{html.escape(source)}">OpenAPI</a></p>{"".join(_tags(document))}</body></html>'
    )


def _tags(document: Json) -> Iterator[str]:
    by_tag: dict[str, list[str]] = {}
    for path, item in _object(document, "paths").items():
        for method in METHODS:
            found = cast("Json", item).get(method)
            if found is not None:
                operation = cast("Json", found)
                tags = cast("Sequence[str]", operation.get("tags") or ["other"])
                by_tag.setdefault(tags[0], []).append(
                    _operation(document, (method, path), operation)
                )
    for tag, operations in sorted(by_tag.items()):
        name = html.escape(tag)
        yield f'<h2 id="{name}">{name}</h2>{"".join(operations)}'


def _operation(document: Json, place: tuple[str, str], operation: Json) -> str:
    method, path = place
    parameters = cast("Sequence[Json]", operation.get("parameters") or ())
    rows = "".join(_parameter(each) for each in parameters)
    heads = "<tr><th>name 名称</th><th>in</th><th></th><th>meaning 含义</th></tr>"
    return (
        f'<section id="{html.escape(str(operation.get("operationId", "")))}">'
        f'<h3><span class="m">{method.upper()}</span><code>{html.escape(path)}</code></h3>'
        f"<p><b>{html.escape(str(operation.get('summary', '')))}</b></p>"
        f"{_text(operation.get('description'))}"
        + (f"<table>{heads}{rows}</table>" if rows else "")
        + _body(document, operation)
        + "".join(_responses(document, operation))
        + "</section>"
    )


def _parameter(told: Json) -> str:
    needed = "required 必填" if told.get("required") else ""
    cells = (str(told["name"]), str(told["in"]), needed, str(told.get("description", "")))
    return f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in cells)}</tr>"


def _body(document: Json, operation: Json) -> str:
    content = _object(_object(operation, "requestBody"), "content")
    return "".join(_schema(document, f"body 请求体 {kind}", told) for kind, told in content.items())


def _responses(document: Json, operation: Json) -> Iterator[str]:
    problems: list[str] = []
    for status, told in _object(operation, "responses").items():
        answer = cast("Json", told)
        if "$ref" in answer:
            problems.append(status)
            continue
        content = _object(answer, "content")
        if not content:
            yield f"<p>{status}: {html.escape(str(answer.get('description', '')))}</p>"
        for kind, media in content.items():
            yield _schema(document, f"{status} {kind}", media)
    if problems:
        yield f"<p>problems 问题: {', '.join(problems)}</p>"


def _schema(document: Json, title: str, media: object) -> str:
    schema = _object(cast("Json", media), "schema")
    found = _resolved(document, schema)
    example = cast("Json", media).get("example")
    shown = [found] if example is None else [example, found]
    texts = (json.dumps(one, ensure_ascii=False, indent=1) for one in shown)
    # An example may hold an address: it is shown, and is none of this page.
    blocks = "".join(f"<pre>{html.escape(text).replace('://', '&#58;//')}</pre>" for text in texts)
    return f"<details><summary>{html.escape(title)}</summary>{blocks}</details>"


def _resolved(document: Json, schema: Json) -> Json:
    """A schema by reference, one step: what it refers to in turn is named."""
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    known = _object(_object(document, "components"), "schemas")
    return cast("Json", known.get(name, schema))


def _text(said: object) -> str:
    paragraphs = str(said or "").strip().split("\n\n")
    return "".join(f"<p>{html.escape(each)}</p>" for each in paragraphs if each)


def _object(of: Json, name: str) -> Json:
    return cast("Json", of.get(name) or {})
