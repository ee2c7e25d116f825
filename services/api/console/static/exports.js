// Exports: the download's address is made of the form; a file is compared with its manifest in the browser.
import { t } from "./console.js";

const form = document.getElementById("export");
const chosen = (name) => form.querySelector(`[data-path=${name}]`).value;

function fit() {
  for (const label of form.querySelectorAll("[data-for]")) {
    label.hidden = !label.dataset.for.split(" ").includes(chosen("what"));
    label.querySelector("select").disabled = label.hidden;
  }
  const mark = form.querySelector("[data-csv]");
  mark.hidden = chosen("form") !== "csv";
  mark.querySelector("input").disabled = mark.hidden;
}

function address() {
  const asked = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (value !== "") asked.append(name, value);
  return `/api/v1/export/${chosen("what")}.${chosen("form")}${asked.size ? `?${asked}` : ""}`;
}

/** What is wrong with what is asked for, in words; null: nothing. */
async function refusal() {
  const place = address().replace("/api/v1/export/", "/console/exports/check/");
  let answer;
  try {
    answer = await fetch(place, { credentials: "same-origin" });
  } catch {
    return t("网络不通，请稍后再试。", "The network does not answer: try again.");
  }
  if (answer.ok) return null;
  const said = new DOMParser().parseFromString(await answer.text(), "text/html");
  return Array.from(said.querySelectorAll("main h1 ~ p:not(.faint):not(:has(a)), main li"), (one) => one.textContent.trim()).join("\n");
}

form.addEventListener("change", fit);
fit();
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const box = form.querySelector(".problem");
  const button = form.querySelector("[type=submit]");
  const link = document.createElement("a");
  link.href = address();
  link.download = "";
  button.setAttribute("aria-busy", "true");
  try {
    const said = await refusal();
    box.hidden = said === null;
    box.textContent = said ?? "";
    if (said !== null) return;
  } finally {
    button.removeAttribute("aria-busy");
  }
  link.click();
  document.getElementById("started").textContent = t("已开始下载；结束后清单显示在下方。", "The download has begun; its manifest is shown below once it has ended.");
  for (const after of [2000, 5000, 10000, 20000, 40000])
    setTimeout(() => window.htmx?.trigger("#list", "qk-made"), after);
});

const MOST_BYTES = 1024 * 1024 * 1024;
const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");

async function compared(file, manifest) {
  if (!window.crypto?.subtle) return [false, t("本连接不是 HTTPS，浏览器不能计算摘要：请用 qingkong verify-export。", "The browser computes digests over HTTPS alone: use qingkong verify-export.")];
  if (file.size > MOST_BYTES) return [false, t("文件超过 1 GB：请用 qingkong verify-export。", "The file has more than 1 GB: use qingkong verify-export.")];
  let said;
  try {
    said = JSON.parse(await manifest.text());
  } catch {
    return [false, t("清单不是 JSON：请选择下载的清单。", "The manifest is no JSON: choose the one that was downloaded.")];
  }
  if (typeof said?.sha256 !== "string" || typeof said?.bytes !== "number") return [false, t("这不是导出清单。", "This is no export's manifest.")];
  if (said.bytes !== file.size) return [false, t(`不符：清单为 ${said.bytes} 字节，文件为 ${file.size} 字节。`, `It does not fit: ${said.bytes} bytes by the manifest, ${file.size} in the file.`)];
  const found = hex(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  if (found !== said.sha256) return [false, t(`不符：文件摘要为 ${found}，清单为 ${said.sha256}。文件已被改动，或清单不是它的。`, `It does not fit: the file's digest is ${found}, the manifest says ${said.sha256}. The file was changed, or the manifest is another one's.`)];
  return [true, t(`相符：${said.rows} 行，截至位置 ${said.query?.position}。SHA-256 ${found}`, `It fits: ${said.rows} rows, as of position ${said.query?.position}. SHA-256 ${found}`)];
}

document.getElementById("checking").addEventListener("submit", async (event) => {
  event.preventDefault();
  const place = document.getElementById("verdict");
  place.className = "digest";
  place.textContent = t("计算中…", "Computing…");
  const { file, manifest } = event.target.elements;
  const [fits, sentence] = await compared(file.files[0], manifest.files[0]);
  place.className = fits ? "digest ok" : "digest note bad";
  place.textContent = sentence;
});
