// Script is a help: without it the fields, the steps and the buttons do the same.
"use strict";

// After a step the controls are open again, and what made the step has the focus.
const KEPT = "cluster-ledger-controls";
const controls = document.querySelector("details.point");
const keep = (selector) => sessionStorage.setItem(KEPT, selector);
const kept = sessionStorage.getItem(KEPT);
sessionStorage.removeItem(KEPT);
if (controls && kept) {
  controls.open = true;
  document.querySelector(kept)?.focus();
}
for (const step of document.querySelectorAll(".axis .steps a")) {
  const axis = step.closest(".effective") ? ".effective" : ".known";
  step.addEventListener("click", () => keep(`${axis} .steps a[rel=${step.rel}]`));
}

for (const slider of document.querySelectorAll("input.slider")) {
  const points = slider.dataset.points.split("|");
  const field = document.getElementById(slider.dataset.for);
  let byKeys = false; // by keys one goes on step by step, and shows at Enter
  const show = () => {
    keep(`#${slider.id}`);
    slider.form.requestSubmit();
  };
  slider.addEventListener("input", () => {
    field.value = points[slider.value];
    slider.setAttribute("aria-valuetext", points[slider.value]);
  });
  slider.addEventListener("pointerdown", () => { byKeys = false; });
  slider.addEventListener("keydown", (event) => {
    byKeys = true;
    if (event.key !== "Enter") return;
    event.preventDefault();
    show();
  });
  slider.addEventListener("change", () => byKeys || show());
}

for (const button of document.querySelectorAll("button.copy")) {
  const text = document.getElementById(button.dataset.of);
  button.addEventListener("click", async () => {
    getSelection().selectAllChildren(text);
    const said = text.textContent.replace(/\s+/g, " ").trim();
    const copied = navigator.clipboard ? await navigator.clipboard.writeText(said).then(() => true, () => false) : false;
    if (copied || document.execCommand("copy")) button.parentElement.querySelector("output").textContent = button.dataset.done;
  });
}

const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const unhex = (text) => Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));

async function hashed(prefix, ...parts) {
  const size = parts.reduce((sum, part) => sum + part.length, 1);
  const all = new Uint8Array(size);
  all[0] = prefix;
  let at = 1;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return sha256(all);
}

// RFC 9162, 2.1.3.2; a place fits a number up to 2 to the power of 53.
async function rootOf(line, place, size, hashes) {
  let node = await hashed(0, new TextEncoder().encode(line));
  let left = place, last = size - 1;
  for (const one of hashes) {
    if (last === 0) return null;
    if (left % 2 === 1 || left === last) {
      node = await hashed(1, unhex(one), node);
      while (left % 2 === 0 && left !== 0) {
        left = Math.floor(left / 2);
        last = Math.floor(last / 2);
      }
    } else {
      node = await hashed(1, node, unhex(one));
    }
    left = Math.floor(left / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? hex(node) : null;
}

if (globalThis.crypto && crypto.subtle) {
  document.documentElement.classList.add("script");
  for (const box of document.querySelectorAll(".check-entry")) {
    const says = box.querySelector("output");
    box.querySelector("button").addEventListener("click", async () => {
      const { line, position, size, root, hashes } = box.dataset;
      const found = await rootOf(line, Number(position) - 1, Number(size), hashes.split(" ").filter(Boolean));
      const good = "sha256:" + found === root;
      says.textContent = good ? says.dataset.good : says.dataset.bad;
      says.className = good ? "fine" : "stop";
    });
  }
  for (const chosen of document.querySelectorAll(".to-name")) {
    const field = document.getElementById(chosen.dataset.for);
    chosen.addEventListener("change", async () => {
      const file = chosen.files[0];
      if (!file) return;
      const digest = hex(await sha256(new Uint8Array(await file.arrayBuffer())));
      const before = field.value.trim() ? field.value.trimEnd() + "\n" : "";
      field.value = `${before}- {title: ${JSON.stringify(file.name)}, sha256: ${digest}}`;
    });
  }
  for (const box of document.querySelectorAll(".check")) {
    const says = box.querySelector("output");
    box.querySelector("input").addEventListener("change", async (event) => {
      const file = event.target.files[0];
      if (!file) return;
      const same = hex(await sha256(new Uint8Array(await file.arrayBuffer()))) === box.dataset.sha256.replace("sha256:", "");
      says.textContent = same ? says.dataset.same : says.dataset.other;
      says.className = same ? "fine" : "hold";
    });
  }
}
