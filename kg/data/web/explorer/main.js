// What ties the views together: the state is drawn, whatever changed it.
import { button, byId, className, first, make, named, short, speak, speakOther, word } from "./text.js";
import { data, nameOf, need } from "./data.js";
import { needGraph, shortestWays } from "./graph.js";
import { VIEWS, canUndo, clear, factPasses, follow, go, groupNumber, isPlain, needFilters, overview, state, thingNumber, unchoose, undo } from "./state.js";
import { groupName, nameBoxes } from "./layers.js";
import { drawn, fit, lookAtChosen, mapTools, renderer, setPath, setWithThings, showMap, startMap, zoom } from "./map.js";
import { listenSearch } from "./search.js";
import { showFilters, showLegend, toggleFilters } from "./filters.js";
import { needForPanel, showPanel } from "./panel.js";
import { tableView } from "./table.js";
import { timelineView } from "./timeline.js";
import { treesView } from "./trees.js";
import { compareView } from "./compare.js";
import { documentView } from "./document.js";
import { csv, jsonld, pictureSvg, sparql, takeAway, turtle } from "./takeaway.js";

const OTHERS = { table: tableView, timeline: timelineView, trees: treesView, compare: compareView, document: documentView };
let turns = 0;
let hasMap = false;

/** What a choice is called in the breadcrumbs. */
function crumbText({ sort, of }) {
  const name = (key) => (data.things && thingNumber(key) >= 0 ? short(nameOf(thingNumber(key)), 14) : "…");
  if (sort === "group" || sort === "kind") return groupNumber(of[0]) < 0 ? "…" : groupName(groupNumber(of[0])) + (of[1] ? ` · ${className(of[1])}` : "");
  if (sort === "doc") {
    const article = data.articles?.number.get(of[0]);
    return article === undefined ? word("documents") : short(data.articles.title[article] || data.articles.id[article] || word("untitled"), 14);
  }
  if (sort === "cell") return `${name(of[0])} · ${groupNumber(of[1]) < 0 ? "…" : groupName(groupNumber(of[1]))}`;
  return of.map(name).join(sort === "path" ? " → " : " — ");
}

function showCrumbs() {
  const crumbs = state.trail.map((one) => {
    const here = JSON.stringify(one) === JSON.stringify(state.chosen);
    return make("li", {}, button(named(crumbText(one)), () => go({ chosen: one }), here ? { "aria-current": "true" } : {}));
  });
  byId("crumbs").replaceChildren(make("li", {}, button(word("overview"), home)), ...crumbs);
}

function home() {
  overview();
  fit();
}

function showTabs() {
  for (const tab of byId("views").children) tab.setAttribute("aria-selected", String(tab.dataset.view === state.view));
  for (const tab of byId("views").children) tab.tabIndex = tab.dataset.view === state.view ? 0 : -1;
  byId("map").hidden = state.view !== "map";
  byId("other").hidden = state.view === "map";
  byId("other").setAttribute("aria-labelledby", `view-${state.view}`);
}

async function showOther(keepPlace = true) {
  const own = turns;
  const place = byId("other").querySelector(".scroll")?.scrollTop || 0;
  const focused = /** @type {any} */ (document.activeElement)?.id;
  const fresh = await OTHERS[state.view](() => showOther());
  if (own !== turns) return;
  byId("other").replaceChildren(...fresh.filter(Boolean));
  if (keepPlace && byId("other").querySelector(".scroll")) byId("other").querySelector(".scroll").scrollTop = place;
  if (focused && byId("other").querySelector(`#${CSS.escape(focused)}`)) byId(focused).focus();
}

/** Draw the state; `before` is what stood there, so that only a new choice moves the map. */
async function draw(before) {
  const own = (turns += 1);
  byId("body").setAttribute("aria-busy", "true");
  const moved = JSON.stringify(before?.chosen) !== JSON.stringify(state.chosen);
  showTabs();
  showLegend();
  const plain = isPlain(state);
  const forPanel = needForPanel(); // unpacked beside the graph, not after it
  if (!plain) await needGraph();
  await needFilters();
  if (own !== turns) return;
  if (state.view === "map" && hasMap) {
    showMap(plain);
    if (state.chosen?.sort === "path") {
      const [from, to] = state.chosen.of.map(thingNumber);
      const ways = from >= 0 && to >= 0 ? shortestWays(from, to, factPasses) : [];
      bring(ways.flat());
    }
  }
  byId("undo").disabled = !canUndo();
  byId("notice").hidden = !state.start;
  if (state.start) byId("notice").replaceChildren(word("wayStart", { name: short(nameOf(thingNumber(state.start))) }), " ", button(word("cancel"), () => go({ start: "" })));
  document.body.classList.toggle("chosen", Boolean(state.chosen));
  byId("close").hidden = !state.chosen;
  await forPanel;
  if (own !== turns) return;
  if (state.view === "map" && hasMap) mapTools();
  showCrumbs();
  await Promise.all([showPanel({ keepPlace: !moved }), showFilters(), state.view === "map" ? null : showOther(before?.view === state.view)]);
  if (own !== turns) return;
  byId("body").setAttribute("aria-busy", "false");
  if (state.view === "map" && hasMap && moved && state.chosen) lookAtChosen(); // last: each step of the way draws the map
}

/** Put what lies on the ways on the map as well, and light it. */
function bring(things) {
  const missing = things.filter((thing) => !drawn.hasNode(`t${thing}`));
  if (missing.length) {
    const keys = missing.map((thing) => data.things.iri[thing]);
    go({ added: [...new Set([...state.added, ...keys])], hidden: state.hidden.filter((key) => !keys.includes(key)) });
    return;
  }
  setPath(things);
  showMap(false);
}

function keyDown(event) {
  const writing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
  if (event.key === "Escape" && byId("takeaway").open) return;
  if (event.key === "Escape" && !byId("filters").hidden) toggleFilters();
  else if (event.key === "Escape" && state.start) go({ start: "" });
  else if (event.key === "Escape" && state.chosen) leave();
  else if (event.key === "/" && !writing) byId("search").focus();
  else if (event.key === "z" && (event.ctrlKey || event.metaKey) && !writing) undo();
  else return;
  event.preventDefault();
}

function leave() {
  document.body.classList.remove("overview");
  unchoose();
}

function tabKey(event) {
  const at = VIEWS.indexOf(state.view);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: VIEWS.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  const view = VIEWS[(to + VIEWS.length) % VIEWS.length];
  go({ view });
  byId(`view-${view}`).focus();
}

function speakAll() {
  speak();
  byId("views").replaceChildren(...VIEWS.map((view) => make("button", {
    type: "button", role: "tab", id: `view-${view}`, "data-view": view, "aria-controls": view === "map" ? "map" : "other", onclick: () => go({ view }),
  }, word(view))));
  if (!hasMap) showNoMap();
  draw(null);
}

/** What stands in the map's place where it cannot be drawn: why, and the ways to all the rest. */
function showNoMap() {
  byId("picture").replaceChildren(
    make("p", { className: "lead", role: "alert" }, word("noWebgl")),
    make("p", { className: "actions" }, ...VIEWS.slice(1).map((view) => button(word(view), () => go({ view })))),
  );
}

hasMap = startMap();
document.body.classList.toggle("nomap", !hasMap);
setWithThings(async (run) => { await needGraph(); run(); });
listenSearch();
byId("views").addEventListener("keydown", tabKey);
byId("undo").addEventListener("click", undo);
byId("filter").addEventListener("click", toggleFilters);
byId("take").addEventListener("click", takeAway);
byId("overview").addEventListener("click", home);
byId("clear").addEventListener("click", async () => { await needGraph(); clear(); });
byId("fit").addEventListener("click", fit);
byId("nearer").addEventListener("click", () => zoom(0.7));
byId("farther").addEventListener("click", () => zoom(1.4));
byId("about").addEventListener("click", () => document.body.classList.toggle("overview"));
byId("close").addEventListener("click", leave);
byId("language").addEventListener("click", () => { speakOther(); speakAll(); });
document.addEventListener("keydown", keyDown);
follow((before) => draw(before));
speakAll();
/** For the console and the tests: what is drawn, and what can be taken away. */
/** @type {any} */ (window).explorer = {
  drawn: () => drawn, data, first, need, needGraph, state: () => state, renderer: () => renderer, go, names: () => nameBoxes,
  sparql, turtle, jsonld, csv, pictureSvg,
};
