// What the reader looks at, as one value that stands in the address: back is undo, and a copied address is a view.
import { data, listOf, articleOf, datesOf, need } from "./data.js";
import { needGraph, neighbours } from "./graph.js";
import { first } from "./text.js";

/**
 * @typedef {{sort: string, of: string[]}} Chosen what the panel shows: thing, group, kind, line, path, doc or cell, by their keys
 * @typedef {{classes: string[], relations: string[], doc: string, from: string, to: string, sure: number}} Filters
 * @typedef {{view: string, chosen: Chosen | null, trail: Chosen[], open: string[], grown: Record<string, number>, added: string[],
 *   hidden: string[], pinned: Record<string, number[]>, bare: boolean, start: string, filters: Filters}} State
 */

export const VIEWS = ["map", "table", "timeline", "trees", "compare", "document"];
/** How many neighbours, or members of a group, come at a time. */
export const AT_A_TIME = 60;
const TRAIL = 6;

/** @returns {State} */
export const beginning = () => ({
  view: "map", chosen: null, trail: [], open: [], grown: {}, added: [], hidden: [], pinned: {}, bare: false, start: "",
  filters: { classes: [], relations: [], doc: "", from: "", to: "", sure: 0 },
});

/** @type {State} */
export let state = beginning();
let listener = (/** @type {State} */ _before) => {};
let steps = 0;

const safe = (text) => encodeURIComponent(text).replace(/~/g, "%7E");
const packList = (list) => list.map(safe).join("~");
const unpackList = (text) => (text ? text.split("~").map(decodeURIComponent) : []);
const chosenText = (chosen) => (chosen ? packList([chosen.sort, ...chosen.of]) : "");
function chosenFrom(text) {
  const [sort, ...of] = unpackList(text);
  return sort ? { sort, of } : null;
}

/** The state as the address's fragment; what is as at the beginning is left out. */
export function toHash(/** @type {State} */ s) {
  const parts = {
    view: s.view === "map" ? "" : s.view,
    at: chosenText(s.chosen),
    trail: s.trail.map(chosenText).map(safe).join("~"),
    open: packList(s.open),
    grown: packList(Object.entries(s.grown).flatMap(([key, pages]) => [key, String(pages)])),
    with: packList(s.added),
    without: packList(s.hidden),
    pins: packList(Object.entries(s.pinned).flatMap(([key, [x, y]]) => [key, x.toFixed(1), y.toFixed(1)])),
    bare: s.bare ? "1" : "",
    start: safe(s.start),
    noclass: packList(s.filters.classes), norel: packList(s.filters.relations), doc: safe(s.filters.doc),
    from: safe(s.filters.from), to: safe(s.filters.to), sure: s.filters.sure ? String(s.filters.sure) : "",
  };
  return Object.entries(parts).filter(([, value]) => value).map(([name, value]) => `${name}=${value}`).join("&");
}

/** The state that a fragment tells; what makes no sense in it is taken for absent. @returns {State} */
export function fromHash(hash) {
  const parts = Object.fromEntries(hash.replace(/^#/, "").split("&").map((part) => {
    const [name, ...rest] = part.split("=");
    return [name, rest.join("=")];
  }));
  const made = beginning();
  try {
    if (VIEWS.includes(parts.view)) made.view = parts.view;
    made.chosen = chosenFrom(parts.at);
    made.trail = unpackList(parts.trail).map(chosenFrom).filter(Boolean);
    made.open = unpackList(parts.open);
    const grown = unpackList(parts.grown);
    for (let i = 0; i + 1 < grown.length; i += 2) made.grown[grown[i]] = Number(grown[i + 1]) || 1;
    made.added = unpackList(parts.with);
    made.hidden = unpackList(parts.without);
    const pins = unpackList(parts.pins);
    for (let i = 0; i + 2 < pins.length; i += 3) made.pinned[pins[i]] = [Number(pins[i + 1]) || 0, Number(pins[i + 2]) || 0];
    made.bare = parts.bare === "1";
    made.start = decodeURIComponent(parts.start || "");
    made.filters = {
      classes: unpackList(parts.noclass), relations: unpackList(parts.norel), doc: decodeURIComponent(parts.doc || ""),
      from: decodeURIComponent(parts.from || ""), to: decodeURIComponent(parts.to || ""), sure: Number(parts.sure) || 0,
    };
  } catch {
    return beginning(); // a broken escape
  }
  return made;
}

/** Change the state; the address follows, and whoever listens draws it. */
export function go(/** @type {Partial<State>} */ change) {
  const before = state;
  state = { ...state, ...change };
  if (change.chosen && chosenText(change.chosen) !== chosenText(before.chosen)) {
    const kept = state.trail.filter((one) => chosenText(one) !== chosenText(change.chosen));
    state.trail = [...kept, change.chosen].slice(-TRAIL);
  }
  const hash = toHash(state);
  if (hash !== location.hash.replace(/^#/, "")) {
    steps += 1;
    history.pushState({ steps }, "", `#${hash}`);
  }
  listener(before);
}

export function follow(/** @type {(before: State) => void} */ act) {
  listener = act;
  const read = () => {
    const before = state;
    state = fromHash(location.hash);
    steps = history.state?.steps || 0;
    listener(before);
  };
  addEventListener("popstate", read);
  read();
}

export const canUndo = () => steps > 0;
export const undo = () => canUndo() && history.back();

// ---- what is shown -----------------------------------------------------------------------------------------

export const groupNumber = (key) => first.groups.key.indexOf(key);
/** The thing of a key; -1 where this graph has none (an address of another one). */
export const thingNumber = (key) => data.things.number.get(key) ?? -1;
export const keyOf = (thing) => data.things.iri[thing];
const factFiltered = ({ relations, doc, from, to, sure }) => Boolean(relations.length || doc || from || to || sure);
export const filtered = (filters) => factFiltered(filters) || filters.classes.length > 0;

/** Whether the first block alone tells what to show. */
export const isPlain = (/** @type {State} */ s) =>
  !s.bare && !s.open.length && !s.added.length && !s.hidden.length && !Object.keys(s.grown).length && !Object.keys(s.pinned).length
  && !factFiltered(s.filters) && (!s.chosen || s.chosen.sort === "group") && s.view === "map";

let mask = { key: "", facts: /** @type {Uint8Array | null} */ (null), things: /** @type {Uint8Array | null} */ (null) };

/** Unpack what the filters look at and work out which facts and things they let through. */
export async function needFilters() {
  const { filters } = state;
  const key = JSON.stringify(filters);
  if (mask.key === key || !factFiltered(filters)) {
    if (!factFiltered(filters)) mask = { key: "", facts: null, things: null };
    return;
  }
  await needGraph();
  await need("backing", "articles");
  const { subject, object } = data.facts;
  const facts = new Uint8Array(subject.length);
  const things = new Uint8Array(data.things.name.length);
  const doc = filters.doc ? data.articles.number.get(filters.doc) ?? -2 : -1;
  const off = data.facts.relationNames.map((name) => filters.relations.includes(name));
  const sure = data.facts.confidences.map((value) => value === "" || Number(value) >= filters.sure);
  for (let i = 0; i < facts.length; i += 1) {
    if (off[data.facts.relation[i]] || !sure[data.facts.confidence[i]]) continue;
    if (doc !== -1 && !listOf(data.backing.facts, i).some((quote) => articleOf(quote) === doc)) continue;
    if ((filters.from || filters.to) && !datesOf(i).some((date) => isWithin(date, filters))) continue;
    facts[i] = 1;
    things[subject[i]] = 1;
    things[object[i]] = 1;
  }
  mask = { key, facts, things };
}

/** Whether a date, month, year or interval touches the days asked for. */
export function isWithin(date, { from, to }) {
  const [begin, end = begin] = date.split("/");
  return (!to || !begin || begin <= to) && (!from || !end || `${end}~` >= from);
}

export const factPasses = (fact) => !mask.facts || mask.facts[fact] === 1;
export const thingPasses = (thing) =>
  (!mask.things || mask.things[thing] === 1) && !state.filters.classes.includes(first.tops[data.things.top[thing]]);

/** The members of a group, of one class where `top` is named, best connected first. */
export function members(group, top = "") {
  const wanted = top ? first.tops.indexOf(top) : -1;
  const found = [];
  data.things.group.forEach((one, thing) => {
    if (one === group && (wanted < 0 || data.things.top[thing] === wanted)) found.push(thing);
  });
  return found;
}

/** The things on the map, best connected first, and which of them were asked for one by one. Needs things and facts. */
export function shown() {
  const found = new Set();
  const wanted = [];
  if (!state.bare) wanted.push(...first.hubs.thing);
  for (const key of state.open) {
    const [group, top = "", pages = "1"] = key.split(".");
    if (groupNumber(group) < 0) continue;
    wanted.push(...members(groupNumber(group), top).filter((thing) => top || data.things.degree[thing]).slice(0, AT_A_TIME * Number(pages)));
  }
  for (const thing of wanted) if (thingPasses(thing)) found.add(thing);
  const asked = [...state.added, ...Object.keys(state.pinned)].map(thingNumber);
  for (const [key, pages] of Object.entries(state.grown)) {
    const thing = thingNumber(key);
    if (thing < 0) continue;
    asked.push(thing, ...neighbours(thing, factPasses).filter(thingPasses).slice(0, AT_A_TIME * pages));
  }
  if (state.chosen && ["thing", "line", "path"].includes(state.chosen.sort)) asked.push(...state.chosen.of.map(thingNumber));
  for (const thing of asked) if (thing >= 0) found.add(thing);
  for (const thing of state.hidden.map(thingNumber)) found.delete(thing);
  return { things: [...found].sort((a, b) => a - b), asked: new Set(asked) };
}

/** The things that the table, the timeline and the comparison tell of: those on the map, or all while it is the overview. */
export function scope() {
  const plain = !state.bare && !state.open.length && !state.added.length && !Object.keys(state.grown).length && !state.hidden.length
    && !Object.keys(state.pinned).length;
  if (state.chosen?.sort === "group" || state.chosen?.sort === "kind") {
    return members(groupNumber(state.chosen.of[0]), state.chosen.of[1]).filter(thingPasses);
  }
  if (!plain) return shown().things;
  const all = [];
  for (let thing = 0; thing < data.things.name.length; thing += 1) if (thingPasses(thing)) all.push(thing);
  return all;
}

// ---- what the reader does ----------------------------------------------------------------------------------

export const choose = (/** @type {string} */ sort, /** @type {string[]} */ ...of) => go({ chosen: { sort, of } });
export const unchoose = () => go({ chosen: null });
/** Choose a thing, or, while a way is looked for, the way from its beginning to this thing. */
export function chooseThing(thing) {
  const key = keyOf(thing);
  const hidden = state.hidden.filter((one) => one !== key);
  if (state.start && state.start !== key) go({ chosen: { sort: "path", of: [state.start, key] }, start: "", hidden, view: "map" });
  else go({ chosen: { sort: "thing", of: [key] }, hidden, added: state.added.includes(key) ? state.added : [...state.added, key] });
}
export const grow = (key) => go({ grown: { ...state.grown, [key]: (state.grown[key] || 0) + 1 } });
export function shrink(key) {
  const { [key]: _, ...grown } = state.grown;
  go({ grown, added: [...new Set([...state.added, key])] });
}
export const hide = (key) => go({
  hidden: [...state.hidden, key], added: state.added.filter((one) => one !== key), chosen: null,
  pinned: Object.fromEntries(Object.entries(state.pinned).filter(([one]) => one !== key)),
});
export function pin(key, place) {
  const { [key]: known, ...others } = state.pinned;
  if (known && !place) go({ pinned: others, added: [...new Set([...state.added, key])] });
  else go({ pinned: { ...others, [key]: place || [data.things.x[thingNumber(key)], data.things.y[thingNumber(key)]] } });
}
export function openGroup(group, top = "") {
  const key = first.groups.key[group];
  const name = top ? `${key}.${top}` : key;
  const chosen = { sort: top ? "kind" : "group", of: top ? [key, top] : [key] };
  go({ chosen, open: state.open.includes(name) ? state.open : [...state.open, name] });
}
export const closeGroup = (name) => go({ open: state.open.filter((one) => one !== name && !one.startsWith(`${name}.`)) });
/** Leave only what is pinned and chosen. */
export const clear = () => go({ bare: true, open: [], grown: {}, added: state.chosen?.sort === "thing" ? state.chosen.of : [], hidden: [] });
export const overview = () => go({ ...beginning(), filters: state.filters, pinned: {} });
