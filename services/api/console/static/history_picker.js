// Choosing points: a plant by name or code, then its outlets' pollutants. It knows what is chosen alone.
import { ask, t } from "./console.js";
import { address, plantOf } from "./chart_ask.js";
import { made, told } from "./chart_parts.js";
import { unitWords } from "./chart_words.js";

// What is measured to convert and to judge comes behind the pollutants.
const rank = ({ code }) => (/^a(01|00|19)|^w(01|00)/.test(code) ? 1 : 0);

export function picker(place, { most, keys, change }) {
  const list = place.querySelector("[data-picked]");
  const search = place.querySelector("input[type=search]");
  const plants = place.querySelector("select");
  const places = place.querySelector("[data-places]");
  const note = place.querySelector("[data-note]");
  let waits;

  const find = async () => {
    try {
      const { items, next } = await ask("GET", address("/api/v1/plants", { q: search.value.trim(), limit: 100 }));
      const own = plants.value || keys()[0]?.split("/")[0];
      plants.replaceChildren(...items.map((one) => {
        const option = told("option", `${t(one.name, one.name_en || one.name)} (${one.code})`);
        option.value = one.code;
        option.selected = one.code === own;
        return option;
      }));
      note.textContent = items.length ? (next ? t("只列前 100 家，请输入名称或代码。", "The first 100: type a part of the name or code.") : "") : t("没有这样的企业。", "There is no such plant.");
      await open();
    } catch (error) {
      note.textContent = error.message;
    }
  };

  const open = async () => {
    if (!plants.value) { places.replaceChildren(); return; }
    const registered = await plantOf(plants.value);
    // The states of facilities are strips of every chart, not lines.
    const subjects = registered.subjects.filter((one) => one.kind !== "facility" && one.points.length);
    const order = { outlet: 0, unit: 1, facility: 2 };
    subjects.sort((one, other) => order[one.kind] - order[other.kind]);
    places.replaceChildren(...subjects.map((one) => {
      const group = made("fieldset");
      group.append(told("legend", one.name.startsWith(one.code) ? one.name : `${one.code} ${one.name}`));
      for (const point of [...one.points].sort((a, b) => rank(a) - rank(b))) group.append(choice(registered, one, point));
      return group;
    }));
  };

  const choice = (plant, subject, point) => {
    const key = [plant.code, subject.code, point.side, point.code].join("/");
    const label = made("label");
    const box = made("input", "", { type: "checkbox" });
    box.checked = keys().includes(key);
    box.addEventListener("change", () => {
      if (box.checked && keys().length >= most) {
        box.checked = false;
        note.textContent = t(`最多 ${most} 条曲线。`, `At most ${most} lines.`);
        return;
      }
      note.textContent = "";
      change(box.checked ? [...keys(), key] : keys().filter((one) => one !== key));
    });
    box.dataset.key = key;
    const side = point.side === "in" ? t("进口 ", "inlet ") : "";
    const unit = unitWords(point.unit);
    label.append(box, `${side}${t(point.zh, point.en)}${point.code === point.en ? "" : ` ${point.code}`}${unit ? ` (${unit})` : ""}`);
    return label;
  };

  search.addEventListener("input", () => {
    clearTimeout(waits);
    waits = setTimeout(find, 250);
  });
  plants.addEventListener("change", () => open().catch((error) => { note.textContent = error.message; }));
  place.querySelector("details").open = !keys().length;
  find();

  return {
    /** Say which points are drawn. */
    show(points) {
      list.replaceChildren(...points.map((one) => {
        const item = told("li", `${one.plantName} ${one.subject} ${one.name}`);
        const gone = told("button", "✕", "", { type: "button", "aria-label": t(`移除 ${one.subject} ${one.name}`, `remove ${one.subject} ${one.name}`) });
        gone.addEventListener("click", () => change(keys().filter((key) => key !== one.key)));
        item.append(gone);
        return item;
      }));
      for (const box of places.querySelectorAll("input")) box.checked = keys().includes(box.dataset.key);
    },
  };
}
