"""Why a file cannot be read as a workbook, and what to do. It must not know how files are read."""

from schemas.sentence import Sentence, SentenceError, term


class WorkbookError(SentenceError):
    """The file cannot be read as a workbook; it says why and what to do."""


MISSING = Sentence(
    "there is no such file: look at its name and folder", "没有此文件：请核对文件名和文件夹"
)
ENCRYPTED = Sentence(
    "the file is encrypted: save it without a password", "文件已加密：请另存为不带密码的文件"
)
EMPTY_FILE = Sentence("the file is empty", "文件为空")
PROTECTED = Sentence(
    "the workbook is protected by a password: save a copy without one"
    f"{term('(文件 → 信息 → 保护工作簿 → 用密码进行加密)')} and import that",
    "工作簿有密码保护：请另存为不带密码的副本（文件 → 信息 → 保护工作簿 → 用密码进行加密）后导入",
)
OLDER = Sentence(
    f"this is a workbook of the old form .xls: save it as .xlsx (Excel{term('工作簿')}) and import"
    " that",
    "这是旧格式 .xls 工作簿：请另存为 .xlsx（Excel 工作簿）后导入",
)
NO_WORKBOOK = Sentence(
    f"this is no Excel workbook: save it as .xlsx (Excel{term('工作簿')}) and import that",
    "不是 Excel 工作簿：请另存为 .xlsx（Excel 工作簿）后导入",
)
CUT_OFF = Sentence(
    "the workbook is cut off or damaged: copy it again from where it came from",
    "工作簿不完整或已损坏：请从原处重新复制",
)
MISNAMED = Sentence(
    f"this is no Excel workbook, whatever its name says: save it as .xlsx (Excel{term('工作簿')}), or"
    " import YAML under a name that ends in .yaml",
    "虽以工作簿命名，却不是 Excel 工作簿：请另存为 .xlsx（Excel 工作簿），YAML 文件请以 .yaml 结尾命名",
)
