"""YAML text to plain values that remember their places: every scalar stays the text it was.

So the code 011 stays 011. Doubled keys, anchors that contain themselves and documents that would
grow without bound are errors. It must not know what the values mean.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import cast

import yaml

from schemas.sentence import Sentence

MAX_BYTES = 64 * 1024 * 1024
MAX_VALUES = 5_000_000
MAX_DEPTH = 20
_NULL = "tag:yaml.org,2002:null"
NO_YAML = "不是有效的 YAML：请检查此处的缩进、冒号和引号"

Key = str | int
Path = tuple[Key, ...]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What is wrong in a file: line and column count from 1; the sentence says what to do."""

    line: int
    column: int
    path: str
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Read:
    """The plain value of a file (dict, list, str or None) and where its parts stand."""

    value: object
    root: yaml.Node | None
    problems: list[Problem]

    def problem(self, path: Path, sentence: Sentence) -> Problem:
        """The sentence at the deepest part of `path` that the file has."""
        node, mark = self.root, self.root.start_mark if self.root else None
        for key in path:
            found = _step(node, key)
            if found is None:
                break
            node, mark = found
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        return Problem(line, column, path_text(path), sentence)


def path_text(path: Path) -> str:
    """`plants[0].devices[2].mn`; empty for the whole document."""
    text = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path)
    return text.removeprefix(".")


def problem_lines(file: str, problems: Iterable[Problem]) -> list[str]:
    """`file:line:column: path: sentence`, sorted by place."""
    return [
        f"{file}:{problem.line}:{problem.column}: "
        + (f"{problem.path}: " if problem.path else "")
        + problem.sentence
        for problem in sorted(problems)
    ]


def read_yaml(text: str) -> Read:
    """Compose the text; what cannot be read at all comes back as one problem and no value."""
    if len(text) > MAX_BYTES:
        most = MAX_BYTES >> 20
        return _refused(
            Sentence(
                f"the file is larger than {most} MiB: split it by plants",
                f"文件超过 {most} MiB：请按企业拆分",
            )
        )
    try:
        root = yaml.compose(text, Loader=_loader())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        said = Sentence(f"this is not YAML: {error.problem}", NO_YAML)
        return Read(None, None, [Problem(*place, "", said)])
    except yaml.YAMLError as error:
        return _refused(Sentence(f"this is not YAML: {' '.join(str(error).split())}", NO_YAML))
    except RecursionError:
        return _refused(
            Sentence(
                "the file is nested too deeply: it has at most plants, devices, channels",
                "文件嵌套过深：至多为企业、数采仪、通道各层",
            )
        )
    return Read({}, None, []) if root is None else _whole(root)


def _whole(root: yaml.Node) -> Read:
    reading = _Reading()
    value = reading.plain(root, ())
    read = Read(value, root, reading.problems)
    if reading.sizes.get(id(root), 0) > MAX_VALUES:
        return _refused(
            Sentence(
                f"with its anchors written out the file has over {MAX_VALUES:,} values",
                f"展开锚点后文件超过 {MAX_VALUES:,} 个值：请按企业拆分",
            )
        )
    return read


def _loader() -> type[yaml.SafeLoader]:
    # The same reader in C where PyYAML was built with it: 10 times faster.
    return cast("type[yaml.SafeLoader]", getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def _refused(sentence: Sentence) -> Read:
    return Read(None, None, [Problem(1, 1, "", sentence)])


def _step(node: yaml.Node | None, key: Key) -> tuple[yaml.Node, yaml.Mark] | None:
    if isinstance(node, yaml.MappingNode):
        for name, value in cast("list[tuple[yaml.Node, yaml.Node]]", node.value):
            if name.value == key:
                return value, name.start_mark
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int):
        items = cast("list[yaml.Node]", node.value)
        if key < len(items):
            return items[key], items[key].start_mark
    return None


@dataclass
class _Reading:
    """Turns nodes into values; a node that anchors share is turned once and its size counted."""

    problems: list[Problem] = field(default_factory=list[Problem])
    values: dict[int, object] = field(default_factory=dict[int, object])
    sizes: dict[int, int] = field(default_factory=dict[int, int])

    def plain(self, node: yaml.Node, path: Path) -> object:
        if isinstance(node, yaml.ScalarNode):
            return None if node.tag == _NULL else cast("str", node.value)
        if id(node) in self.sizes:
            if self.sizes[id(node)] == 0:
                self._refuse(
                    node,
                    path,
                    Sentence(
                        "this anchor contains itself: write the part out",
                        "该锚点包含自身：请写出该部分内容",
                    ),
                )
            return self.values.get(id(node))
        if len(path) > MAX_DEPTH:
            self._refuse(
                node,
                path,
                Sentence(
                    f"nested deeper than {MAX_DEPTH} levels: no field is",
                    f"嵌套超过 {MAX_DEPTH} 层：没有这样的字段",
                ),
            )
            return None
        self.sizes[id(node)] = 0
        value = self._collection(node, path)
        self.values[id(node)] = value
        return value

    def _collection(self, node: yaml.Node, path: Path) -> object:
        size = 1
        if isinstance(node, yaml.SequenceNode):
            items: list[object] = []
            for place, item in enumerate(cast("list[yaml.Node]", node.value)):
                items.append(self.plain(item, (*path, place)))
                size += self.sizes.get(id(item), 1)
            self.sizes[id(node)] = size
            return items
        mapping: dict[str, object] = {}
        for name, item in cast("list[tuple[yaml.Node, yaml.Node]]", node.value):
            key = cast("object", name.value)
            if not isinstance(key, str):
                self._refuse(name, path, Sentence("a key must be a word", "键须为文字"))
            elif key in mapping:
                self._refuse(
                    name,
                    (*path, key),
                    Sentence(
                        f"`{key}` stands here twice: keep one of them",
                        f"`{key}` 出现两次：请只保留一个",
                    ),
                )
            else:
                mapping[key] = self.plain(item, (*path, key))
                size += self.sizes.get(id(item), 1)
        self.sizes[id(node)] = size
        return mapping

    def _refuse(self, node: yaml.Node, path: Path, sentence: Sentence) -> None:
        mark = node.start_mark
        self.problems.append(Problem(mark.line + 1, mark.column + 1, path_text(path), sentence))
