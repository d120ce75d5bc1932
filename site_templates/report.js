"use strict";

// Comfort for readers with script: tables that sort and filter, times in the reader's zone. Pages
// are complete without it, and it asks nothing of the network.

const MANY_ROWS = 8;
const FIRST_ROWS = 200;
const MORE_ROWS = 600;
const PAUSE = 20;
const DAY = 24 * 60 * 60 * 1000;
const STALE_DAYS = 2;
const collator = new Intl.Collator(undefined, { numeric: true });

function sortKey(cell, numeric) {
  const text = cell.dataset.sort ?? cell.textContent.trim();
  if (!numeric) return text.toLocaleLowerCase();
  return text === "" || Number.isNaN(Number(text)) ? null : Number(text);
}

function compare(one, other) {
  if (typeof one === "number") return one - other;
  return collator.compare(one, other);
}

// The rows of a table in the reader's order. A browser takes seconds to lay out thousands of rows:
// the first ones are put in place at once, the others bit by bit while the reader looks at them.
class Rows {
  constructor(table) {
    this.table = table;
    this.body = table.tBodies[0];
    this.all = Array.from(this.body.rows);
    this.wanted = () => true;
    this.waiting = [];
    window.addEventListener("beforeprint", () => this.place(this.waiting.length));
  }

  sort(column, numeric, direction) {
    const keyed = this.all.map((row, place) => ({
      row,
      place,
      key: sortKey(row.cells[column], numeric),
    }));
    keyed.sort((one, other) => {
      if (one.key === null || other.key === null) {
        return (one.key === null) - (other.key === null) || one.place - other.place;
      }
      return direction * compare(one.key, other.key) || one.place - other.place;
    });
    this.all = keyed.map(({ row }) => row);
    this.show();
  }

  filter(wanted) {
    this.wanted = wanted;
    return this.show();
  }

  show() {
    const shown = this.all.filter(this.wanted);
    this.waiting = shown.slice();
    this.body.replaceChildren();
    this.place(FIRST_ROWS);
    return shown.length;
  }

  place(count) {
    clearTimeout(this.timer);
    const next = document.createDocumentFragment();
    for (const row of this.waiting.splice(0, count)) next.append(row);
    this.body.append(next);
    this.table.toggleAttribute("data-busy", this.waiting.length > 0);
    if (this.waiting.length) this.timer = setTimeout(() => this.place(MORE_ROWS), PAUSE);
  }
}

function makeSortable(table, rows) {
  for (const head of table.querySelectorAll("thead th")) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    head.setAttribute("aria-sort", "none");
    button.addEventListener("click", () => {
      const ascending = head.getAttribute("aria-sort") !== "ascending";
      for (const other of table.querySelectorAll("thead th")) other.setAttribute("aria-sort", "none");
      head.setAttribute("aria-sort", ascending ? "ascending" : "descending");
      rows.sort(head.cellIndex, "numeric" in head.dataset, ascending ? 1 : -1);
    });
  }
}

function makeFilterable(table, rows) {
  const total = rows.all.length;
  if (total <= MANY_ROWS) return;
  const texts = new Map();
  const line = document.createElement("p");
  const label = document.createElement("label");
  const input = document.createElement("input");
  const count = document.createElement("output");
  line.className = "filter";
  input.type = "search";
  label.append("Filter ", input);
  line.append(label, count);
  table.parentElement.before(line);
  count.textContent = `${total.toLocaleString("en")} rows`;
  input.addEventListener("input", () => {
    if (!texts.size) for (const row of rows.all) texts.set(row, row.textContent.toLocaleLowerCase());
    const words = input.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    const shown = rows.filter((row) => words.every((word) => texts.get(row).includes(word)));
    const of = words.length ? `${shown.toLocaleString("en")} of ` : "";
    count.textContent = `${of}${total.toLocaleString("en")} rows`;
  });
}

// Times are written in UTC and carry the instant; days belong to no zone and stay as they are.
const local = new Intl.DateTimeFormat(undefined, {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  timeZoneName: "short",
});

function tellLocalTime(time) {
  if (!time.dateTime.includes("T")) return;
  const instant = new Date(time.dateTime);
  if (Number.isNaN(instant.valueOf()) || instant.getTimezoneOffset() === 0) return;
  const text = local.format(instant);
  time.title = `${text} in your time zone`;
  if (!time.closest(".dateline")) return;
  const note = document.createElement("span");
  note.className = "local";
  note.textContent = ` (${text})`;
  time.after(note);
}

// Lists of scopes say when they were made; if nothing runs any more, they must not look fresh.
function markAged(scope) {
  const day = scope.querySelector(".data-day > time");
  if (!day || scope.classList.contains("marked")) return;
  const age = Math.floor((Date.now() - Date.parse(`${day.dateTime}T24:00:00Z`)) / DAY);
  if (age < STALE_DAYS) return;
  const mark = document.createElement("strong");
  const note = document.createElement("small");
  mark.className = "mark";
  mark.textContent = "stale";
  note.textContent = ` No new data for ${age} days.`;
  scope.classList.add("marked");
  scope.querySelector(".state").replaceChildren(mark, note);
}

for (const scope of document.querySelectorAll(".aging")) markAged(scope);
for (const table of document.querySelectorAll("table.sortable")) {
  const rows = new Rows(table);
  makeFilterable(table, rows);
  makeSortable(table, rows);
}
for (const time of document.querySelectorAll("time")) tellLocalTime(time);
