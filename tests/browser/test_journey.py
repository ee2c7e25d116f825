"""From the exceedance to the auditor's file: one story, by four hands in real browsers."""

from pathlib import Path

from playwright.async_api import Browser, expect

from services.api.export_manifest import ManifestModel, differences, digests_of
from tests.fixtures.browser import Tab, tab_of
from tests.fixtures.console_world import OWN, Served


async def acknowledged_by_keys(tab: Tab, alert: int) -> None:
    """Choose the case by j, as one does who leaves the mouse alone, and acknowledge it by a."""
    for _ in range(await tab.page.locator("#rows > tr.case").count()):
        await tab.page.keyboard.press("j")
        if await tab.page.locator(f"tr.chosen#alert-{alert}").count():
            break
    await tab.page.keyboard.press("a")
    row = tab.page.locator(f"#alert-{alert}")
    await expect(row).to_have_attribute("data-state", "acknowledged")


async def ordered(tab: Tab) -> None:
    await tab.page.keyboard.press("o")
    form = tab.page.locator("#d-order")
    await form.locator("[name=demand]").fill("查明氮氧化物超标原因并整改")
    await form.locator("[name=reason]").fill("小时均值超标")
    await form.get_by_role("button", name="下发").click()
    await expect(tab.page.locator("#toasts")).to_contain_text("督办单已下发")


async def pressed(tab: Tab, name: str) -> None:
    """Press the button of this name in the card of what is to be done; the page is then read again."""
    async with tab.page.expect_navigation():
        await (
            tab.page.locator("section[aria-labelledby=do]")
            .get_by_role("button", name=name, exact=True)
            .click()
        )


async def dealt_with(tab: Tab, console: Served) -> tuple[int, bool]:
    """A case that comes in while the list is open, by keyboard; whether the page was never read again."""
    await tab.sign_in("operator")
    await tab.ask("() => { window.unread = true; }")
    await expect(tab.page.locator("#feed-state")).to_contain_text("实时")
    alert = console.exceed()
    await expect(tab.page.locator(f"#alert-{alert} .spark svg")).to_be_visible()
    await acknowledged_by_keys(tab, alert)
    await ordered(tab)
    return alert, await tab.ask("() => window.unread === true")


async def answered(tab: Tab, path: str) -> None:
    await tab.open(path)
    await pressed(tab, "签收")
    await tab.page.fill("[name=cause]", "喷氨调节阀卡涩")
    await tab.page.fill("[name=measures]", "已更换调节阀并复核")
    await pressed(tab, "提交反馈")


async def closed(tab: Tab, path: str) -> None:
    await tab.open(path)
    await tab.page.fill("[name=found]", "现场核查属实")
    await pressed(tab, "核实属实")
    await tab.page.fill("form [name=text]", "整改完成，准予办结")
    chosen = [await tab.page.input_value(f"[name={one}]") for one in ("disposition", "consequence")]
    assert chosen == ["", ""], "a conclusion is chosen by a person, never for him"
    await tab.page.select_option("[name=disposition]", "confirmed")
    await tab.page.select_option("[name=consequence]", "rectified")
    await pressed(tab, "办结")


async def exported(tab: Tab, folder: Path) -> tuple[Path, Path]:
    """The verdicts on the plant as a file, and its manifest."""
    await tab.open("/console/exports")
    await tab.page.select_option("[data-path=what]", "verdicts")
    await tab.page.fill("#export [name=plant]", OWN)
    async with tab.page.expect_download() as begun:
        await tab.page.locator("#export [type=submit]").click()
    file, manifest = folder / "verdicts.csv", folder / "manifest.json"
    await (await begun.value).save_as(file)
    async with tab.page.expect_download() as begun:
        await tab.page.locator("#list a[download]").first.click()
    await (await begun.value).save_as(manifest)
    return file, manifest


async def checked(tab: Tab, file: Path, manifest: Path) -> str:
    """What the page says of a file and a manifest."""
    await tab.page.set_input_files("#checking [name=file]", file)
    await tab.page.set_input_files("#checking [name=manifest]", manifest)
    await tab.page.locator("#checking [type=submit]").click()
    verdict = tab.page.locator("#verdict")
    await expect(verdict).to_contain_text("符")
    return await verdict.inner_text()


async def test_from_the_exceedance_to_the_auditors_file(
    browser: Browser, console: Served, tmp_path: Path
) -> None:
    async with (
        tab_of(browser, console.base) as operator,
        tab_of(browser, console.base) as officer,
        tab_of(browser, console.base) as auditor,
    ):
        alert, never_read_again = await dealt_with(operator, console)
        [(order,)] = console.rows("SELECT id FROM supervision_order")
        path = f"/console/orders/{order}"

        await officer.sign_in("plant")
        await answered(officer, path)
        await closed(operator, path)

        await auditor.sign_in("auditor")
        await auditor.open(f"/console/alerts?view=all&plant={OWN}")
        await auditor.page.locator(f"#alert-{alert} a.open").click()
        await expect(auditor.page.locator("#links")).to_contain_text("督办单")
        file, manifest = await exported(auditor, tmp_path)
        fits = await checked(auditor, file, manifest)
        (tmp_path / "altered.csv").write_bytes(file.read_bytes().replace(b"180", b"018"))
        altered = await checked(auditor, tmp_path / "altered.csv", manifest)

    said = ManifestModel.model_validate_json(manifest.read_bytes())
    assert never_read_again
    assert console.rows("SELECT state, acknowledged_by FROM alert WHERE id = %s", alert) == [
        ("acknowledged", "operator")
    ]
    assert console.rows("SELECT state FROM supervision_order") == [("closed",)]
    assert said.rows > 10
    assert b"180" in file.read_bytes()
    assert list(differences(digests_of([file.read_bytes()], said.format), said)) == []
    assert fits.startswith(f"相符：{said.rows} 行")
    assert altered.startswith("不符")
