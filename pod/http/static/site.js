// Reads a chart's values out, takes dropped files, follows long work. Every page works without it.
"use strict";
document.documentElement.classList.add("scripted");

// ---- charts: arrow keys, mouse and finger move along the points; the words come from the table
const SVG = "http://www.w3.org/2000/svg";

function words(chart) {
  const table = chart.parentElement.querySelector(".numbers table");
  if (!table) return [];
  const heads = [...table.tHead.rows[0].cells].slice(1).map((cell) => cell.textContent);
  const rows = [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.textContent));
  if (chart.querySelector(".heat"))
    return rows.flatMap(([name, ...values]) => values.map((value, n) => `${name}, ${heads[n]} : ${value}`));
  return rows.map(([name, ...values]) =>
    values.length > 1 ? `${name} : ` + values.map((value, n) => `${heads[n]} ${value}`).join(" · ") : `${name} : ${values[0]}`);
}

function follow(chart) {
  const said = words(chart);
  if (!said.length) return;
  const reading = document.createElement("output");
  reading.className = "reading";
  reading.hidden = true;
  chart.append(reading);
  const columns = chart.querySelector(".heat") ? chart.parentElement.querySelectorAll(".numbers thead th").length : 1;
  for (const drawing of chart.querySelectorAll(".drawing")) ready(drawing, chart, said, reading, columns);
}

function ready(drawing, chart, said, reading, columns) {
  const flat = chart.dataset.axis === "x";
  const spots = drawing.dataset.spots.split(" ").map((spot) => spot.split(",").map(Number));
  const here = document.createElementNS(SVG, flat ? "path" : "circle");
  here.setAttribute("class", flat ? "here" : "here-dot");
  if (!flat) here.setAttribute("r", 5);
  let at = -1;
  drawing.setAttribute("tabindex", "0");
  drawing.setAttribute("role", "slider");
  drawing.setAttribute("aria-valuemin", "1");
  drawing.setAttribute("aria-valuemax", String(said.length));
  drawing.setAttribute("aria-valuenow", "1");
  drawing.setAttribute("aria-valuetext", said[0]);

  function go(place) {
    at = Math.max(0, Math.min(said.length - 1, place));
    const [x, y] = spots[at];
    if (flat) here.setAttribute("d", `M${x},${drawing.dataset.top}V${drawing.dataset.base}`);
    else { here.setAttribute("cx", x); here.setAttribute("cy", y); }
    drawing.append(here);
    drawing.setAttribute("aria-valuenow", String(at + 1));
    drawing.setAttribute("aria-valuetext", said[at]);
    reading.textContent = said[at];
    reading.hidden = false;
  }
  function leave() { here.remove(); reading.hidden = true; }
  function nearest(event) {
    const matrix = drawing.getScreenCTM();
    if (!matrix) return 0;
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
    let best = 0, least = Infinity;
    spots.forEach(([x, y], place) => {
      const far = flat ? Math.abs(x - point.x) : columns > 1 || chart.dataset.axis === "point" ? Math.hypot(x - point.x, y - point.y) : Math.abs(y - point.y);
      if (far < least) { least = far; best = place; }
    });
    return best;
  }
  drawing.addEventListener("keydown", (event) => {
    const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns, PageDown: 7, PageUp: -7 };
    if (event.key in steps) go(at + steps[event.key]);
    else if (event.key === "Home") go(0);
    else if (event.key === "End") go(said.length - 1);
    else if (event.key === "Escape") return leave();
    else return;
    event.preventDefault();
  });
  drawing.addEventListener("focus", () => { if (drawing.matches(":focus-visible")) go(Math.max(0, at)); });
  drawing.addEventListener("blur", leave);
  drawing.addEventListener("pointermove", (event) => go(nearest(event)));
  drawing.addEventListener("pointerdown", (event) => go(nearest(event)));
  drawing.addEventListener("pointerleave", leave);
}
document.querySelectorAll(".chart").forEach(follow);

// ---- what is dropped: [path, file] of each file, those of folders too
const holdsFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
const read = (entry, above) => new Promise((done) => {
  if (entry.isFile) return entry.file((file) => done([[above + file.name, file]]), () => done([]));
  const reader = entry.createReader(), found = [];
  const next = () => reader.readEntries(async (entries) => {
    if (!entries.length) return done(found);
    for (const one of entries) found.push(...await read(one, `${above}${entry.name}/`));
    next();
  }, () => done(found));
  next();
});
async function dropped(form, event) {
  const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const plain = entries.length ? [] : [...event.dataTransfer.files];
  const data = new FormData();
  data.append("csrf", form.elements.csrf.value);
  for (const entry of entries) for (const [name, file] of await read(entry, "")) data.append("file", file, name);
  for (const file of plain) data.append("file", file, file.name);
  return data.has("file") ? data : null;
}

// ---- dropping files or folders anywhere on a page that takes some
const drop = document.querySelector("form.drop");
if (drop) {
  const inputs = drop.querySelectorAll("input[type=file]"), choices = drop.querySelectorAll(".choose");
  const label = choices[0], words = label.textContent;
  const busy = () => { label.textContent = drop.dataset.sending; drop.setAttribute("aria-busy", "true"); };
  choices.forEach((choice, n) => choice.addEventListener("click", () => inputs[n].click()));
  for (const input of inputs) input.addEventListener("change", () => { if (input.files.length) drop.requestSubmit(); });
  let depth = 0;
  addEventListener("dragenter", (event) => { if (holdsFiles(event)) { depth += 1; drop.classList.add("over"); } });
  addEventListener("dragleave", (event) => { if (holdsFiles(event) && --depth <= 0) { depth = 0; drop.classList.remove("over"); } });
  addEventListener("dragover", (event) => { if (holdsFiles(event)) event.preventDefault(); });
  addEventListener("drop", async (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    depth = 0;
    drop.classList.remove("over");
    const data = await dropped(drop, event);
    if (!data) return;
    busy();
    try {
      const answer = await fetch(drop.action, { method: "POST", body: data });
      if (answer.redirected && answer.ok) return location.assign(answer.url);
    } catch { /* what was dropped is gone, or the server is: said below */ }
    label.textContent = drop.dataset.failed || words;
    drop.removeAttribute("aria-busy");
  });
  drop.addEventListener("submit", busy);
}

// ---- long work: the page says how far it is, and changes when it is done
const work = document.querySelector("[data-follow]");
if (work) {
  const bar = work.querySelector("progress");
  const line = work.querySelector("[data-line]");
  let shown = work.dataset.state;
  const ask = async () => {
    try {
      const answer = await fetch(work.dataset.follow, { headers: { accept: "application/json" } });
      const told = await answer.json();
      if (!answer.ok || told.over || told.state !== shown) return work.dataset.then ? location.replace(work.dataset.then) : location.reload();
      if (told.total) { bar.max = told.total; bar.value = told.read; }
      if (told.line && line.textContent !== told.line) line.textContent = told.line;
    } catch { /* the server may be restarting: ask again */ }
    setTimeout(ask, 700);
  };
  setTimeout(ask, 400);
}

// ---- choices that answer at once
for (const form of document.querySelectorAll("form[data-at-once]"))
  form.addEventListener("change", () => form.requestSubmit());

// ---- what an app would read, shown anew with each choice
const asked = document.querySelector("form[data-preview]");
if (asked) {
  let waiting = 0, under = null;
  const show = async () => {
    under?.abort();
    under = new AbortController();
    const shown = document.getElementById("preview"), data = new FormData(asked);
    data.append("preview", "1");
    shown.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(asked.dataset.preview, { method: "POST", body: data, signal: under.signal });
      const found = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("preview");
      if (found) shown.replaceChildren(...found.childNodes);
      shown.removeAttribute("aria-busy");
    } catch (error) { if (error.name !== "AbortError") shown.removeAttribute("aria-busy"); }
  };
  asked.addEventListener("change", () => { clearTimeout(waiting); waiting = setTimeout(show, 400); });
  asked.addEventListener("submit", (event) => {
    if (event.submitter?.name !== "preview") return;
    event.preventDefault();
    show();
  });
}

// ---- "/" goes to the search, from anywhere but a field
addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest?.("input, textarea, select, [contenteditable], [role=slider]")) return;
  const field = document.getElementById("q");
  if (!field && !document.querySelector(".places")) return;
  event.preventDefault();
  if (field) field.focus(); else location.href = "/.pod/search";
});

// ---- a refused text shows the line
const refused = document.querySelector("textarea[data-line]");
if (refused) {
  const lines = refused.value.split("\n"), line = Math.min(Number(refused.dataset.line), lines.length);
  const start = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
  refused.focus();
  refused.setSelectionRange(start, start + lines[line - 1].length);
  refused.scrollTop = (line - 4) * parseFloat(getComputedStyle(refused).lineHeight);
}

// ---- files and whole folders dropped on a folder's page
const upload = document.querySelector("form.upload");
if (upload) {
  const label = upload.querySelector("[data-label]");
  const busy = () => { label.textContent = upload.dataset.sending; upload.setAttribute("aria-busy", "true"); };
  upload.addEventListener("submit", busy);
  addEventListener("dragover", (event) => { if (holdsFiles(event)) { event.preventDefault(); upload.classList.add("over"); } });
  addEventListener("dragleave", (event) => { if (!event.relatedTarget) upload.classList.remove("over"); });
  addEventListener("drop", async (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    upload.classList.remove("over");
    const form = await dropped(upload, event);
    if (!form) return;
    busy();
    const answer = await fetch(upload.action, { method: "POST", body: form });
    if (answer.redirected && answer.ok) return location.assign(answer.url);
    label.textContent = upload.dataset.failed;
    upload.removeAttribute("aria-busy");
  });
}
