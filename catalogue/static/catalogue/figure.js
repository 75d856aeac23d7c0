// Draws the figure anew a moment after each change of its text or of the side.
"use strict";

function watch(editor) {
  const text = editor.querySelector("textarea");
  const figures = editor.querySelector(".figures");
  const form = text.form;
  const side = form.elements["side"];
  let waiting, asked = 0;

  async function redraw() {
    const mine = ++asked;
    const body = new FormData();
    body.set("figure", text.value);
    body.set("side", side ? side.value : "");
    body.set("csrfmiddlewaretoken", form.elements["csrfmiddlewaretoken"].value);
    try {
      const answer = await fetch(editor.dataset.address, { method: "POST", body, credentials: "same-origin" });
      if (answer.ok && mine === asked) figures.innerHTML = await answer.text();
    } catch {
      // Offline: what is shown stays; saving tells what is wrong.
    }
  }

  function soon() {
    clearTimeout(waiting);
    waiting = setTimeout(redraw, 300);
  }

  text.addEventListener("input", soon);
  if (side) side.addEventListener("change", soon);
}

document.addEventListener("DOMContentLoaded", () => document.querySelectorAll(".figure-editor").forEach(watch));
