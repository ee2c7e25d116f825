"""An action that is not allowed, said in both languages: what is wrong and what to do."""


class Refused(Exception):  # noqa: N818 - it says what happened to the request
    """The action is refused; nothing was changed."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(f"{en} {zh}")
        self.en = en
        self.zh = zh
