"""The audit log in sentences: what each deed is called, and where what it was about is shown. Pure.

It must not know any page.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import quote

from services.api.console.shown import Lang

Names = tuple[str, str]
DEEDS: Final[Mapping[str, Names]] = MappingProxyType({
    "account.add": ("新建账户", "made the account"),
    "account.change": ("修改账户", "changed the account"),
    "account.password": ("更改密码", "changed the password of"),
    "account.disable": ("停用账户", "disabled the account"),
    "account.enable": ("启用账户", "enabled the account"),
    "account.sign_out": ("强制退出", "signed out everywhere"),
    "alert.acknowledge": ("签收告警", "acknowledged"),
    "alert.acknowledge_many": ("批量签收告警", "acknowledged several cases:"),
    "alert.assign": ("指派告警", "assigned"),
    "alert.comment": ("备注告警", "commented on"),
    "alert.dispose": ("甄别告警", "said what it was:"),
    "alert.reopen": ("重新打开告警", "reopened"),
    "alert.resolve": ("办结告警", "closed"),
    "attachment.read": ("查看附件", "read the attachment"),
    "audit.read": ("查看审计日志", "read the audit log"),
    "contact.add": ("登记联系人", "added the contact"),
    "contact.end": ("停用联系人", "ended the contact"),
    "contest.answer": ("答复申诉", "answered the contest"),
    "contest.file": ("提交申诉", "filed the contest"),
    "contest.withdraw": ("撤回申诉", "withdrew the contest"),
    "delivery.retry": ("重发通知", "sent again"),
    "evidence.read": ("查看证据", "looked at the evidence of"),
    "export.begin": ("开始导出", "began the export"),
    "export.broken_off": ("导出中断", "broke off the export"),
    "export.made": ("完成导出", "finished the export"),
    "frames.read": ("查看原始报文", "looked at frames of"),
    "limit.assign": ("设定限值", "assigned a limit to"),
    "limit.change": ("变更限值", "changed the limit"),
    "limit.correct": ("更正限值", "corrected the limit"),
    "limit.withdraw": ("撤销限值", "withdrew the limit"),
    "mark.change": ("修改标记", "changed the mark"),
    "mark.enter": ("填报标记", "entered the mark"),
    "mark.review": ("审核标记", "reviewed the mark"),
    "mark.withdraw": ("撤回标记", "withdrew the mark"),
    "order.accept": ("签收督办", "accepted the order"),
    "order.answer": ("答复督办", "answered the order"),
    "order.close": ("办结督办", "closed the order"),
    "order.extend": ("延期督办", "extended the order"),
    "order.file": ("附件", "put a file to the order"),
    "order.issue": ("下达督办", "issued the order"),
    "order.remind": ("催办", "reminded of the order"),
    "order.return": ("退回督办", "returned the order"),
    "order.verify": ("核查督办", "verified the order"),
    "order.withdraw": ("撤销督办", "withdrew the order"),
    "receiver.keep": ("保存接收人", "kept the receiver"),
    "receiver.retire": ("停用接收人", "retired the receiver"),
    "receiver.test": ("试发通知", "tried out the receiver"),
    "registry.import": ("导入登记簿", "imported the registry"),
    "registry.preview": ("预览登记簿", "previewed the registry"),
    "rejects.read": ("查看拒收报文", "looked at rejects of"),
    "rejects.retry": ("重试拒收报文", "had rejects fed in again:"),
    "rejects.retry_stop": ("停止重试拒收报文", "stopped feeding rejects in again:"),
    "result.correct": ("更正手工监测", "corrected the result"),
    "result.enter": ("录入手工监测", "entered the result"),
    "result.withdraw": ("撤回手工监测", "withdrew the result"),
    "route.keep": ("保存通知规则", "kept the route"),
    "route.retire": ("停用通知规则", "retired the route"),
    "session.begin": ("登录", "signed in"),
    "session.end": ("退出", "signed out"),
    "session.refused": ("登录被拒", "was refused"),
    "setting.set": ("设置参数", "set the parameter"),
    "setting.preview": ("预览参数", "previewed the parameter"),
    "silence.add": ("设置静默", "silenced"),
    "silence.withdraw": ("取消静默", "withdrew the silence"),
    "token.add": ("新建令牌", "made the token"),
    "token.revoke": ("吊销令牌", "revoked the token"),
})  # fmt: skip
AREAS: Final[Mapping[str, Names]] = MappingProxyType({
    "alert": ("告警", "cases"), "order": ("督办", "orders"), "contest": ("申诉", "contests"),
    "mark": ("标记", "marks"), "limit": ("限值", "limits"), "setting": ("参数", "parameters"),
    "result": ("手工监测", "laboratory results"), "registry": ("登记簿", "registry"),
    "evidence": ("查看证据", "looks at evidence"), "frames": ("查看报文", "looks at frames"),
    "rejects": ("拒收报文", "rejects"), "export": ("导出", "exports"),
    "session": ("登录", "sign-ins"), "account": ("账户", "accounts"), "token": ("令牌", "tokens"),
    "silence": ("静默", "silences"), "receiver": ("接收人", "receivers"), "route": ("通知规则", "routes"),
    "audit": ("查看审计", "looks at the audit log"),
})  # fmt: skip
WAYS: Final[Mapping[str, Names]] = MappingProxyType({
    "session": ("控制台", "console"), "token": ("令牌", "token"), "open": ("登录页", "the sign-in page"),
    "command": ("命令行", "command"),
})  # fmt: skip
PAGES: Final[Mapping[str, str]] = MappingProxyType({
    "alert": "/console/alerts/", "order": "/console/orders/", "contest": "/console/contests/",
    "plant": "/console/plants/",
})  # fmt: skip
FRAME_PARTS: Final = 3
PREVIEW: Final = "_preview"


def deed_name(action: str, lang: Lang) -> str:
    """What was done; of a deed that nobody named, its word."""
    done, preview, _ = action.partition(PREVIEW)
    pair = DEEDS.get(action) or DEEDS.get(done)
    if pair is None:
        return action
    tried = ("（预览）", " (a preview)")[lang == "en"] if preview and action not in DEEDS else ""
    return pair[lang == "en"] + tried


def page_of_object(about: str) -> str | None:
    """Where a deed's object is shown; None: nowhere of its own."""
    noun, *rest = about.split("/")
    if noun in PAGES and len(rest) == 1:
        return PAGES[noun] + quote(rest[0], safe="")
    if noun == "batch" and len(rest) == FRAME_PARTS - 1:
        return f"/console/chain/batches/{quote(rest[0])}/frames/{quote(rest[1])}"
    if noun == "device" and len(rest) == FRAME_PARTS - 1:
        return f"/console/fleet/{quote(rest[0], safe='')}/{quote(rest[1], safe='')}"
    return None
