// Bodies under bodies and places in places, as trees that arrow keys walk (the ARIA tree pattern).
import { button, grouped, make, named, word } from "./text.js";
import { data, nameOf, need, topOf } from "./data.js";
import { factsOf, needGraph } from "./graph.js";
import { chooseThing, factPasses, scope, state, thingPasses } from "./state.js";
import { keyOf } from "./state.js";

const TREES = { organisations: ["Organisation", "subOrganizationOf"], places: ["Place", "locatedIn"] };
let shownTree = "organisations";

/** Parents to children along a relation, among things of one class that are in scope or lie above such a thing. */
function childrenOf(top, relation) {
  const number = data.facts.relationNames.indexOf(relation);
  const { subject, object, relation: relations } = data.facts;
  const parents = new Map();
  for (let i = 0; i < subject.length; i += 1) {
    if (relations[i] !== number || !factPasses(i) || topOf(subject[i]) !== top || topOf(object[i]) !== top || subject[i] === object[i]) continue;
    if (!parents.has(subject[i])) parents.set(subject[i], object[i]);
  }
  const wanted = new Set();
  for (const thing of scope()) {
    let at = topOf(thing) === top ? thing : undefined;
    while (at !== undefined && !wanted.has(at)) {
      wanted.add(at);
      at = parents.get(at);
    }
  }
  const children = new Map();
  const roots = [];
  for (const thing of [...wanted].sort((a, b) => a - b)) {
    let parent = parents.get(thing);
    for (let at = parent, steps = 0; at !== undefined; at = parents.get(at), steps += 1) if (at === thing || steps > 60) parent = undefined; // a ring
    if (parent === undefined || !wanted.has(parent)) roots.push(thing);
    else children.set(parent, [...(children.get(parent) || []), thing]);
  }
  const lone = roots.filter((thing) => !children.has(thing) && roots.length > 1);
  const sizes = new Map();
  const size = (thing) => {
    if (!sizes.has(thing)) sizes.set(thing, (children.get(thing) || []).reduce((sum, one) => sum + 1 + size(one), 0));
    return sizes.get(thing);
  };
  const grown = roots.filter((thing) => !lone.includes(thing)).sort((a, b) => size(b) - size(a));
  return { children, roots: [...grown, ...lone], size };
}

function treeItem(thing, tree, level, open) {
  const below = tree.children.get(thing) || [];
  const item = make("li", { role: "treeitem", "aria-level": String(level), tabIndex: -1, "data-thing": String(thing) },
    make("span", { className: "row" },
      make("span", { className: "twist", "aria-hidden": "true" }, below.length ? "▸" : ""),
      make("span", { className: `dot ${topOf(thing)}`, "aria-hidden": "true" }), named(nameOf(thing)),
      below.length ? make("span", { className: "count" }, grouped(tree.size(thing))) : null));
  item.setAttribute("aria-selected", String(state.chosen?.of[0] === keyOf(thing)));
  if (below.length) {
    item.setAttribute("aria-expanded", "false");
    if (open) unfoldItem(item, tree, level);
  }
  return item;
}

function unfoldItem(item, tree, level) {
  const things = tree.children.get(Number(item.dataset.thing)) || [];
  if (!item.querySelector(":scope > ul")) item.append(make("ul", { role: "group" }, ...things.map((one) => treeItem(one, tree, level + 1, level < 2 && things.length < 12))));
  item.querySelector(":scope > ul").hidden = false;
  item.setAttribute("aria-expanded", "true");
}

function foldItem(item) {
  item.querySelector(":scope > ul").hidden = true;
  item.setAttribute("aria-expanded", "false");
}

function treeKey(event, root, tree) {
  const item = event.target.closest("[role=treeitem]");
  if (!item) return;
  const visible = [...root.querySelectorAll("[role=treeitem]")].filter((one) => !one.closest("ul[hidden]"));
  const at = visible.indexOf(item);
  const expanded = item.getAttribute("aria-expanded");
  const to = (one) => { if (one) { item.tabIndex = -1; one.tabIndex = 0; one.focus(); } };
  if (event.key === "ArrowDown") to(visible[at + 1]);
  else if (event.key === "ArrowUp") to(visible[at - 1]);
  else if (event.key === "Home") to(visible[0]);
  else if (event.key === "End") to(visible.at(-1));
  else if (event.key === "ArrowRight" && expanded === "false") unfoldItem(item, tree, Number(item.getAttribute("aria-level")));
  else if (event.key === "ArrowRight" && expanded) to(visible[at + 1]);
  else if (event.key === "ArrowLeft" && expanded === "true") foldItem(item);
  else if (event.key === "ArrowLeft") to(item.parentElement.closest("[role=treeitem]"));
  else if (event.key === "Enter" || event.key === " ") chooseThing(Number(item.dataset.thing));
  else return;
  event.preventDefault();
  event.stopPropagation();
}

export async function treesView(again) {
  await needGraph();
  await need("backing", "articles");
  const [top, relation] = TREES[shownTree];
  const tree = childrenOf(top, relation);
  const root = make("ul", { role: "tree", className: "tree", "aria-label": word(shownTree) },
    ...tree.roots.filter(thingPasses).slice(0, 500).map((thing, i) => treeItem(thing, tree, 1, i < 40 && tree.children.has(thing))));
  root.querySelector("[role=treeitem]")?.setAttribute("tabindex", "0");
  root.addEventListener("keydown", (event) => treeKey(event, root, tree));
  root.addEventListener("click", (event) => {
    const item = /** @type {any} */ (event.target).closest("[role=treeitem]");
    if (!item) return;
    if (/** @type {any} */ (event.target).closest(".twist") && item.getAttribute("aria-expanded")) {
      if (item.getAttribute("aria-expanded") === "true") foldItem(item);
      else unfoldItem(item, tree, Number(item.getAttribute("aria-level")));
    } else chooseThing(Number(item.dataset.thing));
  });
  return [
    make("div", { className: "head" }, make("div", { className: "switch", role: "group", "aria-label": word("trees") }, ...Object.keys(TREES).map((one) =>
      button(word(one), () => { shownTree = one; again(); }, { id: `tree-${one}`, "aria-pressed": String(one === shownTree) }))),
    make("span", { className: "count" }, word("rows", { count: grouped(tree.roots.length + [...tree.children.values()].flat().length) }))),
    make("div", { className: "scroll" }, tree.roots.length ? root : make("p", { className: "lead" }, word("empty"))),
  ];
}
