"use strict";
// Without this the page is whole: tables stand in their order, and places tell their words on hover.
(() => {
  const words = document.body.dataset;
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => values[key]);

  const tip = document.createElement("div");
  tip.className = "tip";
  tip.hidden = true;
  tip.setAttribute("aria-hidden", "true");
  document.body.append(tip);
  const place = (event) => {
    const wide = tip.offsetWidth, high = tip.offsetHeight;
    const left = Math.min(event.clientX + 14, innerWidth - wide - 8);
    const top = event.clientY + 16 + high > innerHeight ? event.clientY - high - 12 : event.clientY + 16;
    tip.style.left = `${Math.max(left, 8)}px`;
    tip.style.top = `${Math.max(top, 8)}px`;
  };
  for (const path of document.querySelectorAll(".sheet path")) {
    const title = path.querySelector("title");
    const text = title.textContent;
    title.remove();
    path.addEventListener("pointerenter", (event) => {
      tip.textContent = text;
      tip.hidden = false;
      place(event);
    });
    path.addEventListener("pointermove", place);
    // A finger that is lifted leaves; what it asked for stays until it touches elsewhere.
    path.addEventListener("pointerleave", (event) => {
      if (event.pointerType !== "touch") tip.hidden = true;
    });
  }
  addEventListener("pointerdown", (event) => {
    if (!event.target.closest(".sheet path")) tip.hidden = true;
  });
  addEventListener("scroll", () => { tip.hidden = true; }, { passive: true });
  addEventListener("keydown", (event) => { if (event.key === "Escape") tip.hidden = true; });

  const compare = new Intl.Collator(document.documentElement.lang, { numeric: true }).compare;
  const valueOf = (row, at) => {
    const { value } = row.cells[at].dataset;
    return value === undefined ? row.cells[at].textContent : value === "" ? null : Number(value);
  };
  const sorted = (rows, at, down) => rows.slice().sort((one, other) => {
    const a = valueOf(one, at), b = valueOf(other, at);
    if (a === null || b === null) return (a === null) - (b === null);
    const order = typeof a === "number" && typeof b === "number" ? a - b : compare(String(a), String(b));
    return down ? -order : order;
  });

  for (const table of document.querySelectorAll("table[data-sortable]")) {
    const body = table.tBodies[0], rows = [...body.rows], heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, at) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const numeric = rows.some((row) => typeof valueOf(row, at) === "number");
        const now = head.getAttribute("aria-sort");
        const down = now ? now === "ascending" : numeric;
        heads.forEach((each) => each.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        body.append(...sorted(rows, at, down));
      });
    });
    if (rows.length < 8) continue;
    const filter = document.createElement("div");
    filter.className = "filter";
    const label = document.createElement("label");
    const field = document.createElement("input");
    const told = document.createElement("span");
    told.setAttribute("role", "status");
    field.type = "search";
    label.append(`${words.filter} `, field);
    filter.append(label, told);
    table.parentElement.before(filter);
    field.addEventListener("input", () => {
      const wanted = field.value.trim().toLocaleLowerCase();
      let shown = 0;
      for (const row of rows) {
        const texts = [...row.cells].filter((cell) => cell.classList.contains("text"));
        row.hidden = !texts.some((cell) => cell.textContent.toLocaleLowerCase().includes(wanted));
        shown += !row.hidden;
      }
      told.textContent = wanted ? fill(words.shown, { shown, n: rows.length }) : "";
    });
  }

  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open])")];
    closed.forEach((each) => { each.open = true; });
  });
  addEventListener("afterprint", () => closed.forEach((each) => { each.open = false; }));
})();
