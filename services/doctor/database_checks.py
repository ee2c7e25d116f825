"""What a database's facts mean for what we promise. Pure: facts in, findings out."""

from collections.abc import Iterator

from services.doctor.finding import NOTHING, Finding, Level, Subject, Words
from services.store.facts import DatabaseFacts

TRIED_VERSION = 170_000
OLDEST_VERSION = 150_000
# A row of five years of weekly chunks has 261 of them, each with its index.
LOCKS = 128
CLOCK_WARNING_S = 2.0
CLOCK_FAULT_S = 60.0
EDITIONS = {"apache": "Apache", "timescale": "Community"}


def judge_database(facts: DatabaseFacts) -> list[Finding]:
    """Everything there is to say about a database that could be asked."""
    return [
        *_version(facts),
        *_timescaledb(facts),
        *_migrations(facts),
        *_roles(facts),
        *_durability(facts),
        *_capacity(facts),
        *_clock(facts),
    ]


def _found(level: Level, what: Words, do: Words = NOTHING) -> Finding:
    return Finding(level, Subject.DATABASE, what, do)


def _version(facts: DatabaseFacts) -> Iterator[Finding]:
    version = f"{facts.server.version // 10_000}.{facts.server.version % 10_000}"
    size = f"{facts.server.size_bytes / 1e9:.2f} GB"
    what = Words(f"PostgreSQL {version}, {size}", f"PostgreSQL {version}，{size}")
    if facts.server.version < OLDEST_VERSION:
        do = Words("use PostgreSQL 15 or newer; 17 is tried", "请使用 PostgreSQL 15 以上，推荐 17")
        yield _found(Level.FAULT, what, do)
    elif facts.server.version < TRIED_VERSION:
        do = Words("should work; 17 is what is tried", "应可运行；经过测试的是 17")
        yield _found(Level.WARNING, what, do)
    else:
        yield _found(Level.OK, what)
    if facts.server.standby:
        yield _found(
            Level.FAULT,
            Words("this is a standby: nothing can be written", "这是备库：不能写入"),
            Words("name the primary in QINGKONG_DATABASE_URL", "QINGKONG_DATABASE_URL 应指向主库"),
        )


def _timescaledb(facts: DatabaseFacts) -> Iterator[Finding]:
    server = facts.server
    if server.timescaledb is not None:
        edition = EDITIONS.get(server.license or "", server.license or "?")
        name = f"TimescaleDB {server.timescaledb} ({edition})"
        yield _found(Level.OK, Words(name, name))
    elif server.license is not None:
        yield _found(
            Level.FAULT,
            Words(
                "TimescaleDB is loaded but not made in this database",
                "TimescaleDB 已加载，但未在此数据库中创建",
            ),
            Words("run qingkong migrate", "运行 qingkong migrate"),
        )
    else:
        yield _found(
            Level.FAULT,
            Words("TimescaleDB is not loaded", "未加载 TimescaleDB"),
            Words(
                "install it, add it to shared_preload_libraries and restart the server",
                "安装后加入 shared_preload_libraries 并重启服务器",
            ),
        )


def _migrations(facts: DatabaseFacts) -> Iterator[Finding]:
    if facts.migration_fault is not None:
        fault = facts.migration_fault
        yield _found(Level.FAULT, Words(f"migrations: {fault}", f"数据库迁移：{fault}"))
    elif facts.migrations_pending:
        names = ", ".join(facts.migrations_pending)
        yield _found(
            Level.FAULT,
            Words(f"migrations have not run: {names}", f"迁移尚未执行：{names}"),
            Words("run qingkong migrate", "运行 qingkong migrate"),
        )
    else:
        yield _found(Level.OK, Words("all migrations have run", "迁移已全部执行"))


def _roles(facts: DatabaseFacts) -> Iterator[Finding]:
    if facts.roles_missing:
        names = ", ".join(facts.roles_missing)
        yield _found(
            Level.FAULT,
            Words(f"roles are missing: {names}", f"缺少角色：{names}"),
            Words("run qingkong migrate", "运行 qingkong migrate"),
        )
    elif facts.roles_not_granted:
        names = ", ".join(facts.roles_not_granted)
        yield _found(
            Level.WARNING,
            Words(f"this login may not act as {names}", f"此登录不能使用角色 {names}"),
            Words(
                "meant, where each service has a login of its own; else GRANT the role to it",
                "若各服务使用各自的登录则属正常；否则请 GRANT 该角色",
            ),
        )
    else:
        yield _found(Level.OK, Words("roles of all services", "各服务的角色齐全"))


def _durability(facts: DatabaseFacts) -> Iterator[Finding]:
    server = facts.server
    unsafe = [
        f"{name} = {value}"
        for name, value, safe in (
            ("fsync", server.fsync, server.fsync == "on"),
            ("full_page_writes", server.full_page_writes, server.full_page_writes == "on"),
            (
                "synchronous_commit",
                server.synchronous_commit,
                server.synchronous_commit != "off",
            ),
        )
        if not safe
    ]
    if unsafe:
        yield _found(
            Level.FAULT,
            Words(
                f"a commit may be lost in a crash: {', '.join(unsafe)}",
                f"崩溃可能丢失已提交的数据：{'、'.join(unsafe)}",
            ),
            Words(
                "switch them on: messages are acknowledged on the strength of a commit",
                "请设为 on：消息在提交之后才确认",
            ),
        )
    else:
        yield _found(Level.OK, Words("a commit is on disk", "提交即落盘"))


def _capacity(facts: DatabaseFacts) -> Iterator[Finding]:
    locks = facts.server.max_locks_per_transaction
    if locks < LOCKS:
        yield _found(
            Level.WARNING,
            Words(f"max_locks_per_transaction = {locks}", f"max_locks_per_transaction = {locks}"),
            Words(
                "set it to 256: a query over years locks every chunk and its index",
                "建议设为 256：跨多年的查询会锁定每个数据块及其索引",
            ),
        )


def _clock(facts: DatabaseFacts) -> Iterator[Finding]:
    lead, error = facts.clock_lead_s, facts.clock_error_s
    what = Words(
        f"its clock is {lead:+.3f} s from ours (give or take {error:.3f} s)",
        f"与本机时钟相差 {lead:+.3f} 秒（误差 {error:.3f} 秒）",
    )
    surely = abs(lead) - error
    level = Level.OK
    if surely > CLOCK_WARNING_S:
        level = Level.FAULT if surely > CLOCK_FAULT_S else Level.WARNING
    do = Words("let both hosts follow the same time servers (NTP)", "两台主机请用 NTP 同步时间")
    yield _found(level, what, NOTHING if level is Level.OK else do)
