"use strict";
// Search by any name, in the manner of the ARIA combobox: arrows move, Enter takes, Escape leaves.

const PER_CLASS = 8;
const plain = (text) => text.normalize("NFKC").toLowerCase().replace(/\s+/gu, "");
const index = things.map((thing) => [thing.name, ...thing.also].map(plain));
let found = []; // the things in the list, in its order
let active = -1;

/** 0 for the whole name, 1 for its beginning, 2 for anywhere in it; only the best of a thing's names counts. */
function rankOf(thing, query) {
  const ranks = index[thing].map((name) => (name === query ? 0 : name.startsWith(query) ? 1 : name.includes(query) ? 2 : 9));
  return Math.min(...ranks);
}

/** Things by rank, those of one rank by connections (which is their number), the best few of each class. */
function find(text) {
  const query = plain(text);
  if (!query) return [];
  const hits = things.map((_, thing) => [rankOf(thing, query), thing]).filter(([rank]) => rank < 9);
  hits.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const groups = new Map();
  for (const [, thing] of hits) {
    const group = groups.get(things[thing].top) || [];
    if (group.length < PER_CLASS) groups.set(things[thing].top, [...group, thing]);
  }
  return [...groups];
}

/** The name that was met by the query where it is not the one that the list shows. */
function met(thing, query) {
  const hit = index[thing].findIndex((name) => name.includes(query));
  return hit > 0 ? make("small", {}, named(things[thing].also[hit - 1])) : null;
}

function option(thing, query) {
  const item = make("div", { id: `option-${thing}`, role: "option", className: "option", "aria-selected": "false" },
    make("span", { className: `dot ${things[thing].top}`, "aria-hidden": "true" }), named(things[thing].name), met(thing, query));
  item.addEventListener("mousedown", (event) => event.preventDefault());
  item.addEventListener("click", () => take(thing));
  return item;
}

function showResults() {
  const text = byId("search").value;
  const groups = find(text);
  found = groups.flatMap(([, members]) => members);
  const listed = groups.map(([top, members]) =>
    make("div", { role: "group", "aria-label": className(top) },
      make("p", { className: "group", "aria-hidden": "true" }, className(top)), ...members.map((thing) => option(thing, plain(text)))));
  byId("results").replaceChildren(...(listed.length ? listed : [make("p", { className: "group" }, word("nothing"))]));
  setOpen(Boolean(plain(text)));
  activate(found.length ? 0 : -1);
}

function setOpen(open) {
  byId("results").hidden = !open;
  byId("search").setAttribute("aria-expanded", String(open));
}

function activate(number) {
  active = number;
  byId("search").removeAttribute("aria-activedescendant");
  found.forEach((thing, i) => byId(`option-${thing}`).setAttribute("aria-selected", String(i === active)));
  if (active < 0) return;
  byId("search").setAttribute("aria-activedescendant", `option-${found[active]}`);
  byId(`option-${found[active]}`).scrollIntoView({ block: "nearest" });
}

function take(thing) {
  setOpen(false);
  choose({ thing });
}

function searchKey(event) {
  const open = !byId("results").hidden;
  if (event.isComposing) return; // an input method is still writing the word
  if (event.key === "Enter" && open && active >= 0) take(found[active]);
  else if (event.key === "Escape" && open) setOpen(false);
  else if (event.key === "ArrowDown" && !open) showResults();
  else if (event.key === "ArrowDown" && found.length) activate((active + 1) % found.length);
  else if (event.key === "ArrowUp" && found.length) activate((active + found.length - 1) % found.length);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

byId("search").addEventListener("input", showResults);
byId("search").addEventListener("keydown", searchKey);
byId("search").addEventListener("focus", () => byId("search").value && showResults());
byId("search").addEventListener("blur", () => setOpen(false));
