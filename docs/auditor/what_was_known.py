# ruff: noqa: INP001 - a script that stands alone
"""What the platform knew of an outlet's day, and whether that was altered since 当时已知什么,此后是否被改动.

Answered by the API and `qingkong verify` alone. Ends with 0: unaltered 未被改动; 1: altered 已被改动;
2: it could not be told 无法判定. See README.md beside it.
"""

import argparse
import hashlib
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx

UNALTERED, ALTERED, UNTOLD = 0, 1, 2
DAY: Final = timedelta(days=1)
PERIODS: Final = ("hour", "day")
MOST_PAGES: Final = 1000
Item = Mapping[str, Any]
Facts = dict[str, Item]
"""What is known, by a name that stays the same when it is corrected."""


class UntoldError(Exception):
    """It cannot be told; the words say why."""


@dataclass(frozen=True)
class Asked:
    """The question. `known_on`: a time or a position; `against`: checkpoints kept outside."""

    plant: str
    outlet: str
    day: datetime
    known_on: str
    against: Sequence[Path]
    keep: Path | None

    @property
    def outlet_path(self) -> str:
        return f"plants/{self.plant}/outlets/{self.outlet}"

    @property
    def over(self) -> dict[str, str]:
        return {"from": self.day.isoformat(), "to": (self.day + DAY).isoformat()}

    @property
    def at(self) -> str:
        """The end of the day, or now on the day itself."""
        now = datetime.now(UTC)  # noqa: TID251 - a script: nobody hands it the time
        return min(self.day + DAY, now).isoformat()


class Api:
    """The API, asked with a token. Raises UntoldError for every answer that is none."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def get(self, path: str, params: Mapping[str, str]) -> httpx.Response:
        try:
            answer = self._client.get(path, params=params)
        except httpx.HTTPError as error:
            raise UntoldError(f"the API does not answer 接口无应答: {error}") from None
        if not answer.is_success:
            raise UntoldError(f"{path}: HTTP {answer.status_code} {answer.text[:300]}")
        return answer

    def items(self, path: str, params: Mapping[str, str]) -> Iterator[Item]:
        """All pages of a list."""
        cursor: dict[str, str] = {}
        for _ in range(MOST_PAGES):
            found = self.get(path, {**params, **cursor}).json()
            yield from found["items"]
            if not found.get("next"):
                return
            cursor = {"cursor": found["next"]}
        raise UntoldError(f"{path} has no end: ask for one outlet of fewer points")

    def position(self, asked: Asked, known: str | None) -> str:
        """The position that a time means; of now where none is given."""
        params = {"at": asked.at} | ({} if known is None else {"as_of": known})
        return self.get(f"{asked.outlet_path}/status", params).headers["Qingkong-Position"]


def points_of(api: Api, asked: Asked) -> list[str]:
    """The paths of the outlet's points."""
    registered = api.get(f"plants/{asked.plant}", {}).json()
    base = f"plants/{asked.plant}/subjects/{asked.outlet}/points"
    return [
        f"{base}/{point['side']}/{point['code']}"
        for subject in registered["subjects"]
        if subject["code"] == asked.outlet
        for point in subject["points"]
    ]


def known(api: Api, asked: Asked, as_of: str) -> Facts:
    """Status, means, verdicts, limits, marks and alerts, as known below a position."""
    then = {"as_of": as_of}
    outlet = api.get(f"{asked.outlet_path}/status", {**then, "at": asked.at}).json()
    facts: Facts = {
        "status 状态": {name: outlet[name] for name in ("standing", "points", "marks")},
    }
    facts |= judged(api, asked, then)
    for one in api.get(f"plants/{asked.plant}/limits", {**then, "at": asked.at}).json()["items"]:
        if str(one["point"]).split("/")[0] == asked.outlet:
            facts[f"limit 限值 {one['point']} {one['limit']} from {one['since']}"] = one
    for one in api.get(f"plants/{asked.plant}/marks", {**then, **asked.over}).json()["items"]:
        facts[f"mark 标记 {one['id']}"] = one
    about = {"plant": asked.plant, "subject": asked.outlet, "limit": "1000"}
    for one in api.items("alerts", {**then, **asked.over, **about}):
        facts[f"alert 告警 {one['id']}"] = one
    return facts


def judged(api: Api, asked: Asked, then: Mapping[str, str]) -> Facts:
    """Means and verdicts of the outlet's points."""
    facts: Facts = {}
    for point in points_of(api, asked):
        place = "/".join(point.split("/")[-2:])
        for period in PERIODS:
            params = {**then, **asked.over, "period": period, "limit": "1000"}
            for one in api.items(f"{point}/means", params):
                facts[f"mean 均值 {place} {period} {one['start']}"] = one
            for one in api.items(f"{point}/verdicts", params):
                facts[f"verdict 判定 {place} {period} {one['start']} limit {one['limit']}"] = one
    return facts


def differences(then: Facts, now: Facts) -> Iterator[str]:
    """What a reader of now is told otherwise than one of then, with who did it and why."""
    for name in sorted({*then, *now}):
        before, after = then.get(name), now.get(name)
        if before == after:
            continue
        if before is None or after is None:
            what = "not known then 当时未知" if before is None else "not believed now 现已不采信"
            yield f"{name}: {what}{who(after or before or {})}"
        else:
            fields = [key for key in after if after[key] != before.get(key)]
            told = "; ".join(f"{key} {before.get(key)} → {after[key]}" for key in fields[:6])
            yield f"{name}: {told}{who(after)}"


def gist(item: Item) -> str:
    """The word or number that matters most of a fact."""
    found = dict(item.get("standing") or item.get("bound") or item)
    words = ("outcome", "word", "state", "kind", "value", "high", "low")
    return str(next((found[word] for word in words if found.get(word) is not None), "none 无"))


def who(item: Item) -> str:
    """By whom, and why."""
    words = ("actor", "approver", "reviewer", "acknowledged_by", "resolved_by", "reason", "why")
    said = [f"{word}: {item[word]}" for word in words if item.get(word)]
    return f" ({', '.join(said)})" if said else ""


def evidence(api: Api, asked: Asked, facts: Facts) -> Iterator[str]:
    """Of each exceeding verdict: the comparison, the frames with their digests, their place in the chain."""
    for name, fact in facts.items():
        if not name.startswith("verdict") or fact["outcome"] != "exceeding":
            continue
        found = api.get(f"verdicts/{fact['id']}", {}).json()
        formula = found["formula"]
        yield f"{name}: {formula['zh'] if formula else found['why']}"
        wanted = {(one["batch"], one["seq"]) for one in found["records"]}
        frames = list(frames_of(api, asked, found, wanted))
        for batch in found["chain"]:
            covered = batch["checkpoint"] or "none yet 尚无"
            yield (
                f"  slot {batch['slot']} batch {batch['number']} sha256 {batch['digest']} "
                f"checkpoint 检查点 {covered}"
            )
        for frame in frames:
            yield f"  frame 报文 {frame['batch']}/{frame['seq']} sha256 {frame['sha256']}"
        if len(frames) < len(wanted):
            gone = len(wanted) - len(frames)
            yield f"  {gone} frames are not shown: dropped by retention, or not this plant's 报文已过保存期"


def frames_of(api: Api, asked: Asked, found: Item, wanted: set[tuple[int, int]]) -> Iterator[Item]:
    """The frames that a verdict's records came in."""
    point = found["point"]
    path = (
        f"plants/{asked.plant}/subjects/{point['subject']}/points/{point['side']}/{point['code']}"
    )
    told = api.get(
        f"{path}/readings", {**asked.over, "series": found["series"], "limit": "1"}
    ).json()
    for device in sorted({one["device"] for one in told["channels"]}):
        for batch in found["chain"]:
            until = datetime.fromisoformat(batch["received_to"]) + timedelta(seconds=1)
            over = {"from": batch["received_from"], "to": until.isoformat(), "limit": "1000"}
            for frame in api.items(f"plants/{asked.plant}/devices/{device}/frames", over):
                if (frame["batch"], frame["seq"]) in wanted and batch["batch"] == frame["batch"]:
                    yield frame


def manifest(api: Api, asked: Asked, as_of: str) -> Iterator[str]:
    """What is believed now as a file, known again by its manifest and the newest checkpoint."""
    params = {**asked.over, "plant": asked.plant, "subject": asked.outlet, "as_of": as_of}
    file = api.get("export/verdicts.csv", params)
    said = api.get(f"export/manifest/{file.headers['Qingkong-Manifest']}", {})
    told = said.json()
    if hashlib.sha256(file.content).hexdigest() != told["sha256"]:
        raise UntoldError("the export is not the file that its manifest tells of: ask again")
    if asked.keep is not None:
        asked.keep.mkdir(parents=True, exist_ok=True)
        (asked.keep / "verdicts.csv").write_bytes(file.content)
        (asked.keep / "manifest.json").write_bytes(said.content)
    newest = told["checkpoint"]
    yield f"export 导出 {told['id']}: {told['rows']} verdicts, sha256 {told['sha256']}"
    yield "newest checkpoint 最新检查点: " + (
        f"{newest['number']} of {newest['made_at']}, sha256 {newest['sha256']}"
        if newest
        else "none"
    )


def covered(against: Sequence[Path]) -> int:
    """The highest position that a checkpoint kept outside covers."""
    files = [file for one in against for file in (one.rglob("*") if one.is_dir() else (one,))]
    found = [0]
    for file in files:
        try:
            found.append(int(json.loads(json.loads(file.read_bytes())["body"])["closed"]))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return max(found)


def verified(command: str, asked: Asked, keys: Sequence[Path]) -> list[str]:
    """What `qingkong verify` finds that is wrong; it needs QINGKONG_DATABASE_URL. Raises UntoldError."""
    words = [*shlex.split(command), "verify", "--json"]
    for option, paths in (("--against", asked.against), ("--public-key", keys)):
        words += [word for path in paths for word in (option, str(path))]
    done = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603 - the auditor's own words
    try:
        told = json.loads(done.stdout)
        return [f"{one['kind']}: {one['detail']}" for one in told["findings"] if not one["warning"]]
    except (ValueError, KeyError, TypeError):
        raise UntoldError(
            f"`qingkong verify` says: {(done.stderr or done.stdout)[-500:]}"
        ) from None


def answered(api: Api, asked: Asked, options: argparse.Namespace) -> int:
    """Tell everything; the exit status."""
    was, now = api.position(asked, asked.known_on), api.position(asked, None)
    then, present = known(api, asked, was), known(api, asked, now)
    say(f"KNOWN THEN 当时已知, below position {was}:")
    for name, fact in then.items():
        say(f"  {name}: {gist(fact)}")
    say(f"DIFFERENT NOW 此后变化, below position {now}:")
    say(*([f"  {one}" for one in differences(then, present)] or ["  nothing 无"]))
    say("EVIDENCE 依据:", *(f"  {one}" for one in evidence(api, asked, {**then, **present})))
    say(*manifest(api, asked, now))
    wrong = verified(options.qingkong, asked, options.public_key)
    if wrong:
        say("ALTERED 已被改动: the database is not what it was:", *(f"  {one}" for one in wrong))
        return ALTERED
    if covered(asked.against) < int(was):
        raise UntoldError(
            f"no checkpoint of --against covers position {was}: bring one made later 检查点早于所问时点"
        )
    say(
        "UNALTERED 未被改动: what was known then is still there as it was written; what is different "
        "now was added since, and says by whom 当时所知均原样保存,此后变化均为新增记录。"
    )
    return UNALTERED


def say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))


def main() -> int:
    """Read the command line, and answer."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--api", required=True, help="https://qingkong.bureau.example")
    parser.add_argument("--plant", required=True, help="its code 企业编码")
    parser.add_argument("--outlet", required=True, help="its code 排口编号")
    parser.add_argument("--day", required=True, help="2026-08-10, of Beijing")
    parser.add_argument("--known-on", required=True, help="a time (ISO 8601) or a position")
    parser.add_argument("--against", required=True, type=Path, action="append", help="checkpoints")
    parser.add_argument("--public-key", type=Path, action="append", default=[], help="PEM")
    parser.add_argument("--keep", type=Path, help="a folder for the export and its manifest")
    parser.add_argument("--qingkong", default="qingkong", help="how to call it")
    options = parser.parse_args()
    token = os.environ.get("QINGKONG_TOKEN", "")
    try:
        day = datetime.fromisoformat(f"{options.day}T00:00:00+08:00")
        asked = Asked(
            *(options.plant, options.outlet, day, options.known_on, options.against, options.keep)
        )
        with httpx.Client(
            base_url=f"{options.api.rstrip('/')}/api/v1/",
            headers={"Authorization": f"Bearer {token}", "Accept-Language": "en"},
            timeout=60,
        ) as client:
            return answered(Api(client), asked, options)
    except (UntoldError, ValueError, OSError) as error:
        say(f"IT COULD NOT BE TOLD 无法判定: {error}")
        return UNTOLD


if __name__ == "__main__":
    sys.exit(main())
