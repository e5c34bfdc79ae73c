"use strict";
// Adds to a page that can be read without it: sorting by a click on a column, filtering by words and by state, keys.
(() => {
  const table = document.getElementById("queue");
  if (!table) return;
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const hidden = new Set();
  const words = document.createElement("input");
  const shown = document.createElement("span");

  const filter = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = hidden.has(row.dataset.state) || !wanted.every((word) => text.includes(word));
      count += !row.hidden;
    }
    shown.textContent = count === rows.length ? "" : `${count} of ${rows.length} shown`;
  };

  const key = (row, column, numeric) => {
    const cell = row.cells[column];
    const text = cell.dataset.sort ?? cell.textContent;
    return numeric ? Number(text) : text.toLowerCase();
  };

  const sort = (head, column) => {
    const numeric = head.dataset.kind === "number";
    const down = head.getAttribute("aria-sort") === "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    // The state's own order is that of the page: most actionable first.
    const keyed = rows.map((row, place) => [column === 0 ? place : key(row, column, numeric), place, row]);
    keyed.sort(([a, i], [b, j]) => (a < b ? -1 : a > b ? 1 : 0) * (down ? -1 : 1) || i - j);
    body.append(...keyed.map(([, , row]) => row));
  };

  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    button.addEventListener("click", () => sort(head, column));
    head.replaceChildren(button);
  });

  for (const chip of document.querySelectorAll(".tally li")) {
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-pressed", "true");
    button.append(...chip.childNodes);
    button.addEventListener("click", () => {
      const state = chip.dataset.state;
      const off = !hidden.delete(state);
      if (off) hidden.add(state);
      chip.classList.toggle("off", off);
      button.setAttribute("aria-pressed", String(!off));
      filter();
    });
    chip.append(button);
  }

  // As in mail readers: / to filter, j and k to go from series to series, Enter opens (it is a link).
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target === words) {
      if (event.key === "Escape") {
        words.value = "";
        filter();
        words.blur();
      }
      return;
    }
    if (event.key === "/") {
      event.preventDefault();
      words.focus();
    } else if (event.key === "j" || event.key === "k") {
      const links = [...body.querySelectorAll("tr:not([hidden]) td.title a")];
      const at = links.indexOf(document.activeElement);
      const next = event.key === "j" ? at + 1 : at < 0 ? links.length - 1 : at - 1;
      links[Math.min(Math.max(next, 0), links.length - 1)]?.focus();
    }
  });

  words.type = "search";
  words.placeholder = "Filter by title, author, state…";
  words.setAttribute("aria-label", "Filter the queue");
  words.addEventListener("input", filter);
  const tools = document.querySelector(".tools");
  const keys = document.createElement("span");
  keys.className = "keys";
  for (const [key, does] of [["/", " filters "], ["j", " "], ["k", " move "], ["Enter", " opens"]]) {
    const cap = document.createElement("kbd");
    cap.textContent = key;
    keys.append(cap, does);
  }
  tools.append(words, shown, keys);
  tools.hidden = false;
})();
