// The list of silences: which one is taken back.
import "./console.js";

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-withdraw]");
  if (!button) return;
  const dialog = document.getElementById("d-withdraw");
  const form = dialog.querySelector("form");
  form.reset();
  form.querySelector(".problem").hidden = true;
  form.dataset.act = `POST /api/v1/silences/${button.dataset.withdraw}/withdraw`;
  form.dataset.etag = `"${button.dataset.version}"`;
  dialog.showModal();
});
