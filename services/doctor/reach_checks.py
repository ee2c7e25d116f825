"""What it means that a server cannot be talked to. Pure: facts in, findings out."""

from services.doctor.finding import Cause, Finding, Level, Subject, Unreachable, Words

VARIABLES = {Subject.DATABASE: "QINGKONG_DATABASE_URL", Subject.BROKER: "QINGKONG_MQTT_URL"}


def judge_unreachable(subject: Subject, why: Unreachable) -> Finding:
    """One fault that names the cause and the remedy."""
    what, do = _words(why, VARIABLES[subject])
    return Finding(Level.FAULT, subject, what, do)


def _words(why: Unreachable, variable: str) -> tuple[Words, Words]:
    place, detail = why.place, why.detail
    match why.cause:
        case Cause.UNSET:
            found = (
                Words(f"{variable} is not set", f"没有设置 {variable}"),
                Words(
                    "set it, or try the embedded servers: qingkong embedded up, "
                    'then eval "$(qingkong embedded env)"',
                    "请设置；或试用内置服务器：qingkong embedded up，"
                    '然后 eval "$(qingkong embedded env)"',
                ),
            )
        case Cause.UNKNOWN_HOST:
            found = (
                Words(
                    f"the host name of {place} is not known ({detail})",
                    f"无法解析主机名 {place}（{detail}）",
                ),
                Words(f"correct the host in {variable}, or DNS", f"检查 {variable} 的主机名或 DNS"),
            )
        case Cause.REFUSED:
            found = (
                Words(f"nobody listens on {place}", f"{place} 拒绝连接：没有程序在监听"),
                Words(
                    f"start the server, or correct host and port in {variable}",
                    f"启动服务器，或更正 {variable} 的主机和端口",
                ),
            )
        case Cause.SILENT:
            found = (
                Words(f"{place} does not answer", f"{place} 没有应答"),
                Words(
                    "look for a firewall between here and there, and whether that host runs",
                    "检查防火墙以及该主机是否运行",
                ),
            )
        case Cause.TLS:
            found = (
                Words(f"no TLS with {place}: {detail}", f"与 {place} 的 TLS 握手失败：{detail}"),
                Words(
                    "check QINGKONG_MQTT_CA_FILE, _CERT_FILE and _KEY_FILE, the names in the "
                    "broker's certificate and its end date",
                    "检查 QINGKONG_MQTT_CA_FILE、_CERT_FILE、_KEY_FILE，"
                    "以及服务器证书中的名称和有效期",
                ),
            )
        case Cause.LOGIN:
            found = (
                Words(f"{place} refuses the login: {detail}", f"{place} 拒绝登录：{detail}"),
                Words(
                    f"correct user and password in {variable}, or make the account",
                    f"更正 {variable} 的用户名和密码，或建立该账户",
                ),
            )
        case Cause.OTHER:
            found = (
                Words(f"talking to {place} failed: {detail}", f"与 {place} 通信失败：{detail}"),
                Words(f"check {variable} and the server's log", f"检查 {variable} 和服务器日志"),
            )
    return found
