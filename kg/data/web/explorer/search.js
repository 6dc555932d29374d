// Search by any name, Traditional or Simplified, or by pinyin, in the manner of the ARIA combobox.
import { byId, className, first, make, named, short, word } from "./text.js";
import { data, nameOf, namesOf, need, topOf } from "./data.js";
import { choose, chooseThing, go } from "./state.js";

const PER_CLASS = 8;
/** @type {{names: string[][], typed: string[], initials: string[]} | null} */
let index = null;
let found = /** @type {{id: string, take: () => void}[]} */ ([]);
let active = -1;
let asked = 0;

/** As names are compared: one width, one case, no spaces, Simplified. */
function plainName(text) {
  const simple = [...text.normalize("NFKC").toLowerCase().replace(/[\s·・]+/gu, "")];
  return simple.map((character) => data.search.traditional[character] || character).join("");
}

async function needIndex() {
  await need("things", "search", "also", "articles");
  index ||= {
    names: data.things.name.map((name, thing) => [name, ...(data.also[thing] || [])].map(plainName)),
    typed: data.search.pinyin.map((keys) => `|${keys.replace(/ /g, "")}`),
    initials: data.search.pinyin.map((keys) => `|${keys.split("|").map((key) => key.split(" ").map((one) => one[0]).join("")).join("|")}`),
  };
}

/** 0 for the whole name, 1 for its beginning, 2 to 4 for pinyin, 5 for anywhere in it, 9 for not at all. */
function rankOf(thing, query, latin) {
  let best = 9;
  for (const name of index.names[thing]) {
    if (name === query) return 0;
    if (name.startsWith(query)) best = Math.min(best, 1);
    else if (best > 5 && name.includes(query)) best = 5;
  }
  if (!latin || best < 2) return best;
  const [typed, initials] = [index.typed[thing], index.initials[thing]];
  if (`${typed}|`.includes(`|${query}|`) || (query.length > 1 && `${initials}|`.includes(`|${query}|`))) return 2;
  if (typed.includes(`|${query}`)) return 3;
  if (query.length > 1 && initials.includes(`|${query}`)) return 4;
  if (query.length > 3 && typed.includes(query)) return Math.min(best, 6);
  return query.length > 1 && initials.includes(query) ? Math.min(best, 7) : best;
}

/** Things by rank, then by connections, the best few of each class; each as {thing}. */
export function findThings(text) {
  const query = plainName(text).replace(/'/g, "");
  if (!query) return [];
  const latin = /^[a-z]+$/.test(query);
  const hits = [];
  for (let thing = 0; thing < index.names.length; thing += 1) {
    const rank = rankOf(thing, query, latin);
    if (rank < 9) hits.push([rank, thing]);
  }
  hits.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const groups = new Map();
  for (const [, thing] of hits) {
    const group = groups.get(topOf(thing)) || [];
    if (!group.length) groups.set(topOf(thing), group);
    if (group.length < PER_CLASS) group.push(thing);
  }
  return [...groups];
}

function findDocuments(text) {
  const query = plainName(text);
  if (query.length < 2) return [];
  const hits = [];
  data.articles.title.forEach((title, article) => {
    if (hits.length < 5 && (plainName(title).includes(query) || data.articles.id[article] === text.trim())) hits.push(article);
  });
  return hits;
}

/** The name that was met where it is not the one that the list shows. */
function met(thing, query) {
  const hit = index.names[thing].findIndex((name) => name.includes(query));
  return hit > 0 ? make("small", {}, named(short(namesOf(thing)[hit], 30))) : null;
}

function option(id, take, ...children) {
  const item = make("div", { id, role: "option", className: "option", "aria-selected": "false" }, ...children);
  item.addEventListener("mousedown", (event) => event.preventDefault());
  item.addEventListener("click", () => taken(take));
  found.push({ id, take });
  return item;
}

const group = (title, items) => make("div", { role: "group", "aria-label": title }, make("p", { className: "group", "aria-hidden": "true" }, title), ...items);

export async function showResults() {
  const turn = (asked += 1);
  await needIndex();
  if (turn !== asked) return;
  const text = byId("search").value;
  found = [];
  const listed = findThings(text).map(([top, things]) => group(className(top), things.map((thing) => option(
    `option-${thing}`, () => chooseThing(thing),
    make("span", { className: `dot ${top}`, "aria-hidden": "true" }), named(nameOf(thing)), met(thing, plainName(text)),
    make("small", { className: "count" }, String(data.things.degree[thing] || "")),
  ))));
  const documents = findDocuments(text).map((article) => option(
    `option-d${article}`, () => go({ view: "document", chosen: { sort: "doc", of: [data.articles.key[article]] } }), named(data.articles.title[article]),
  ));
  if (documents.length) listed.push(group(word("documents"), documents));
  byId("results").replaceChildren(...(listed.length ? listed : [make("p", { className: "group", role: "option", "aria-disabled": "true" }, word("nothing"))]));
  setOpen(Boolean(text.trim()));
  activate(found.length ? 0 : -1);
}

function setOpen(open) {
  byId("results").hidden = !open;
  byId("search").setAttribute("aria-expanded", String(open));
}

function activate(number) {
  active = number;
  byId("search").removeAttribute("aria-activedescendant");
  found.forEach(({ id }, i) => byId(id).setAttribute("aria-selected", String(i === active)));
  if (active < 0) return;
  byId("search").setAttribute("aria-activedescendant", found[active].id);
  byId(found[active].id).scrollIntoView({ block: "nearest" });
}

function taken(take) {
  setOpen(false);
  take();
}

async function searchKey(event) {
  if (event.isComposing) return; // an input method is still writing the word
  const open = !byId("results").hidden;
  if (event.key === "Enter") {
    event.preventDefault();
    await showResults(); // the list may be behind what was typed
    if (active >= 0 && byId("search").value.trim()) taken(found[active].take);
    return;
  }
  if (event.key === "Escape" && open) setOpen(false);
  else if (event.key === "ArrowDown" && !open) await showResults();
  else if (event.key === "ArrowDown" && found.length) activate((active + 1) % found.length);
  else if (event.key === "ArrowUp" && found.length) activate((active + found.length - 1) % found.length);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

export function listenSearch() {
  byId("search").addEventListener("input", showResults);
  byId("search").addEventListener("keydown", searchKey);
  byId("search").addEventListener("focus", () => byId("search").value && showResults());
  byId("search").addEventListener("blur", () => setOpen(false));
}
