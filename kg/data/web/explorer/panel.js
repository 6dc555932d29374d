// The side panel: what is known about the choice, with the sentences behind it; an overview while nothing is chosen.
import { amountsIn, button, byId, className, first, grouped, make, marked, named, percent, relationName, short, speaking, svg, word } from "./text.js";
import { data, fact, fullIri, kindsOf, listOf, nameOf, namesOf, need, placesOf, quote, shortFormsOf, topOf } from "./data.js";
import { factsBetween, factsOf, needGraph, otherEnd, shortestWays } from "./graph.js";
import { chooseThing, clear, factPasses, go, groupNumber, grow, hide, keyOf, members, openGroup, pin, shrink, state, thingNumber } from "./state.js";
import { groupName } from "./layers.js";
import { lookAt, positionOf, drawn } from "./map.js";

const AT_ONCE = 12; // how many facts of one relation stand open before "more"
let waiting = /** @type {Promise<any>[]} */ ([]); // what the panel waits for before it shows itself

export function thingButton(thing, text = nameOf(thing)) {
  return button([make("span", { className: `dot ${topOf(thing)}`, "aria-hidden": "true" }), named(text)], () => chooseThing(thing), { className: "thing" });
}

/** A document's title, date and source; a button where it leads to the document. */
export function citation(article, link = true) {
  if (article < 0) return null;
  const { id, title, date, source, key } = data.articles;
  const parts = [title[article] || id[article] || word("untitled"), date[article], source[article]].filter(Boolean);
  const text = parts.flatMap((part, i) => [i ? " · " : "", named(part)]);
  if (!link) return make("cite", {}, ...text);
  return make("cite", {}, button(text, () => go({ view: "document", chosen: { sort: "doc", of: [key[article]] } }), { className: "link" }));
}

/** The names by which a thing may stand in its sentences. */
const calledOf = (thing) => [...namesOf(thing), ...shortFormsOf(thing)];

/** A sentence with the words marked that `wordsIn` finds in it, and where it stands. */
function quotation(number, wordsIn) {
  const body = make("blockquote", { dir: "auto" });
  const caption = make("figcaption", {});
  waiting.push(quote(number).then(({ text, begin, end, rule, article }) => {
    body.append(...marked(text, wordsIn(text), placesOf(article)));
    const place = begin && end ? word("characters", { begin, end }) : "";
    caption.append(...[citation(article), make("small", {}, [place, rule].filter(Boolean).join(" · "))].filter(Boolean));
  }));
  return make("figure", { className: "quote" }, body, caption);
}

/** The first two sentences, and the others behind a fold. */
function quotations(quotes, wordsIn) {
  const rest = quotes.slice(2);
  const fold = rest.length ? make("details", {}, make("summary", {}, word("moreSentences", { count: rest.length }))) : null;
  fold?.addEventListener("toggle", () => fold.children.length === 1 && fold.append(...rest.map((one) => quotation(one, wordsIn))));
  return [...quotes.slice(0, 2).map((one) => quotation(one, wordsIn)), fold];
}

/** One fact: the other end (both ends where no thing is the subject of the panel), its post, its sentences. */
export function factItem(number, ends) {
  const { subject, object, title, date, confidence } = fact(number);
  const quotes = listOf(data.backing.facts, number);
  const names = [...calledOf(subject), ...calledOf(object), title];
  return make("li", {},
    make("div", { className: "fact" },
      title ? make("span", { className: "post" }, named(title)) : null, ...ends.map((end) => thingButton(end)),
      date ? make("small", { className: "date" }, date) : null,
      confidence ? make("small", { className: "sure" }, word("confidence", { percent: percent(confidence) })) : null),
    ...(quotes.length ? quotations(quotes, () => names) : [make("small", {}, word("reference"))]));
}

/** Items in a list, the first dozen at once and the others on demand. */
export function longList(makers, className = "facts", atOnce = AT_ONCE) {
  const list = make("ul", { className }, ...makers.slice(0, atOnce).map((one) => one()));
  const rest = makers.slice(atOnce);
  if (!rest.length) return [list];
  const more = button(word("more", { count: Math.min(rest.length, 200) }), () => {
    const fresh = rest.splice(0, 200).map((one) => one());
    list.append(...fresh);
    if (rest.length) more.textContent = word("more", { count: Math.min(rest.length, 200) });
    else more.remove();
    fresh[0].querySelector("button, summary")?.focus();
  }, { className: "more" });
  return [list, more];
}

export const section = (title, count, ...children) =>
  make("section", {}, make("h3", {}, title, count === null ? null : make("span", { className: "count" }, String(count))), ...children);

/** A thing's facts by relation and direction, in the order of the words file. */
function factSections(thing) {
  const groups = new Map();
  for (const number of factsOf(thing)) {
    if (!factPasses(number)) continue;
    const direction = data.facts.subject[number] === thing ? "out" : "in";
    const key = `${data.facts.relationNames[data.facts.relation[number]]} ${direction}`;
    groups.set(key, [...(groups.get(key) || []), number]);
  }
  const order = Object.keys(first.words.relations);
  const rank = (key) => (order.indexOf(key.split(" ")[0]) + 1 || 99) * 2 + (key.endsWith("in") ? 1 : 0);
  return [...groups.keys()].sort((a, b) => rank(a) - rank(b)).map((key) => {
    const [relation, direction] = key.split(" ");
    const makers = groups.get(key).map((number) => () => factItem(number, [otherEnd(number, thing)]));
    return section(relationName(relation, direction), makers.length, ...longList(makers));
  });
}

// ---- figures ------------------------------------------------------------------------------------------------

/** A dated series as a small line, where an indicator has several days in one unit. */
export function chart(points) {
  const values = points.map(([, value]) => value);
  const [low, high] = [Math.min(...values, 0), Math.max(...values)];
  const x = (i) => 4 + (i * 152) / Math.max(points.length - 1, 1);
  const y = (value) => 34 - (30 * (value - low)) / (high - low || 1);
  const line = svg("polyline", { points: points.map(([, value], i) => `${x(i).toFixed(1)},${y(value).toFixed(1)}`).join(" "), class: "line" });
  const dots = points.map(([date, value], i) => svg("circle", { cx: x(i).toFixed(1), cy: y(value).toFixed(1), r: 2.5 }, svg("title", {}, document.createTextNode(`${date} ${value}`))));
  return svg("svg", { viewBox: "0 0 160 38", class: "chart", role: "img", "aria-label": points.map(([date, value]) => `${date}: ${value}`).join("; ").slice(0, 400) }, line, ...dots);
}

/** Indicators of a thing that are told for several days. */
function series(figures) {
  const { name, unit, date, value } = data.figures;
  const known = new Map();
  for (const figure of figures) {
    if (!date[figure] || !name[figure] || !Number.isFinite(Number(value[figure]))) continue;
    const key = JSON.stringify([name[figure], unit[figure]]);
    known.set(key, [...(known.get(key) || []), [date[figure], Number(value[figure])]]);
  }
  return [...known].filter(([, points]) => new Set(points.map(([day]) => day)).size > 1)
    .map(([key, points]) => [...JSON.parse(key), points.sort((a, b) => a[0].localeCompare(b[0]))]);
}

export const figureValue = (figure) => `${data.figures.approximate[figure] ? `${word("about")} ` : ""}${grouped(data.figures.value[figure])}`;
let order = { by: "name", up: true };

function figureRows(figures, most) {
  return figures.flatMap((figure) => {
    const { about, name, value, unit, qualifier, date } = data.figures;
    const bar = make("span", { className: "bar", "aria-hidden": "true" });
    bar.style.inlineSize = `${Math.max(2, (100 * Math.abs(Number(value[figure]))) / (most.get(unit[figure]) || 1))}%`;
    const single = [...most.keys()].length && figures.filter((one) => unit[one] === unit[figure]).length < 2;
    const head = make("tr", {},
      make("th", { scope: "row" }, named(name[figure] || "–"), qualifier[figure] ? make("small", {}, ` ${word(qualifier[figure])}`) : null),
      make("td", { className: "number" }, `${figureValue(figure)} `, make("span", { className: "unit" }, named(unit[figure])), single ? null : bar),
      make("td", { className: "date" }, date[figure].replace("/", "/\n")));
    const quotes = listOf(data.figures.quotes, figure);
    const names = [...calledOf(about[figure]), name[figure]].filter(Boolean);
    const wordsIn = (text) => [...names, ...amountsIn(text, value[figure], unit[figure])];
    return [head, ...(quotes.length ? [make("tr", { className: "backing" }, make("td", { colSpan: 3 }, ...quotations(quotes, wordsIn)))] : [])];
  });
}

/** Figures as a table that its heads sort. */
function figureTable(figures) {
  const { name, value, unit, date } = data.figures;
  const most = new Map();
  for (const figure of figures) most.set(unit[figure], Math.max(most.get(unit[figure]) || 0, Math.abs(Number(value[figure])) || 0));
  const body = make("tbody", {});
  const heads = [["name", "indicator"], ["value", "value"], ["date", "date"]].map(([by, text]) => [by, make("th", { scope: "col" }, button(word(text), () => {
    order = { by, up: order.by === by ? !order.up : true };
    fill();
  }))]);
  const limit = 200;
  function fill() {
    const sign = order.up ? 1 : -1;
    const compare = {
      name: (a, b) => name[a].localeCompare(name[b], "zh") || a - b,
      value: (a, b) => unit[a].localeCompare(unit[b], "zh") || Number(value[a]) - Number(value[b]),
      date: (a, b) => date[a].localeCompare(date[b]),
    }[order.by];
    for (const [by, head] of heads) head.setAttribute("aria-sort", by !== order.by ? "none" : order.up ? "ascending" : "descending");
    body.replaceChildren(...figureRows([...figures].sort((a, b) => sign * compare(a, b)).slice(0, limit), most));
  }
  fill();
  return make("table", {}, make("thead", {}, make("tr", {}, ...heads.map(([, head]) => head))), body);
}

function figureSection(thing) {
  const figures = data.figures.of.get(thing) || [];
  if (!figures.length) return null;
  const charts = series(figures).slice(0, 8).map(([name, unit, points]) =>
    make("li", {}, make("span", {}, named(name), make("small", {}, " ", named(unit))), chart(points)));
  return section(word("figures"), figures.length, charts.length ? make("ul", { className: "charts" }, ...charts) : null, figureTable(figures));
}

// ---- panels -------------------------------------------------------------------------------------------------

function actions(thing) {
  const key = keyOf(thing);
  const pages = state.grown[key] || 0;
  const shownNear = drawn.hasNode(`t${thing}`) ? drawn.neighbors(`t${thing}`).length : 0;
  return make("div", { className: "actions", role: "toolbar", "aria-label": word("actions") },
    button(word(pages ? "expandMore" : "expand"), () => grow(key), { id: "do-expand", disabled: pages > 0 && shownNear >= data.things.degree[thing] }),
    pages ? button(word("collapse"), () => shrink(key), { id: "do-collapse" }) : null,
    button(word("hide"), () => hide(key), { id: "do-hide" }),
    button(word("pin"), () => pin(key), { id: "do-pin", "aria-pressed": String(Boolean(state.pinned[key])) }),
    button(word("onlyThis"), clear, { id: "do-only" }),
    button(word("wayFrom"), () => go({ start: state.start === key ? "" : key }), { id: "do-way", "aria-pressed": String(state.start === key) }));
}

function thingPanel(thing) {
  const also = (data.also[thing] || []);
  const iri = fullIri(data.things.iri[thing]);
  const code = data.things.code[thing];
  const group = data.things.group[thing];
  const named_ = data.articles.things;
  const articles = data.articles.key.map((_, i) => i).filter((i) => listOf(named_, i).includes(thing));
  const rows = [
    also.length ? [word("also"), also.flatMap((other, i) => [i ? (speaking() === "zh" ? "、" : ", ") : "", named(other)])] : null,
    code ? [word("code"), [make("code", {}, code)]] : null,
    [word("county"), [button(named(groupName(group)), () => openGroup(group), { className: "link" })]],
    ["IRI", [make("code", { className: "iri" }, iri)]],
  ].filter(Boolean);
  return [
    make("p", { className: `kind ${topOf(thing)}` }, [topOf(thing), ...kindsOf(thing)].map(className).join(" · ")),
    make("h2", { className: "name" }, named(nameOf(thing))),
    actions(thing),
    make("dl", {}, ...rows.flatMap(([term, values]) => [make("dt", {}, term), make("dd", {}, ...values)])),
    ...factSections(thing),
    figureSection(thing),
    articles.length ? section(word("namedIn"), articles.length, ...longList(articles.map((one) => () => make("li", {}, citation(one))))) : null,
  ];
}

function factGroups(numbers, ends) {
  return [...new Set(numbers.map((number) => fact(number).relation))].map((relation) => {
    const makers = numbers.filter((number) => fact(number).relation === relation).map((number) => () => factItem(number, ends(number)));
    return section(relationName(relation), makers.length, ...longList(makers));
  });
}

const bothEnds = (number) => [data.facts.subject[number], data.facts.object[number]];

function linePanel(a, b) {
  return [
    make("p", { className: "kind" }, word("link")),
    make("h2", { className: "name" }, named(nameOf(a)), " — ", named(nameOf(b))),
    ...factGroups(factsBetween(a, b), bothEnds),
  ];
}

/** The shortest ways between two things, each step with its relation. */
function pathPanel(a, b) {
  const ways = shortestWays(a, b, factPasses);
  const step = (from, to) => {
    const number = factsBetween(from, to).find(factPasses);
    const { relation, subject, title } = fact(number);
    return make("li", {}, make("small", {}, `${relationName(relation, subject === from ? "out" : "in")}${title ? "：" : ""}`, title ? named(title) : null), thingButton(to));
  };
  return [
    make("p", { className: "kind" }, word("way")),
    make("h2", { className: "name" }, named(nameOf(a)), " → ", named(nameOf(b))),
    make("p", { className: "lead" }, ways.length ? word("waysFound", { count: ways.length, steps: ways[0].length - 1 }) : word("noWay")),
    ...ways.map((way) => make("ol", { className: "way" }, make("li", {}, thingButton(way[0])), ...way.slice(1).map((to, i) => step(way[i], to)))),
    ...(ways[0] || []).slice(1).flatMap((to, i) => factGroups(factsBetween(ways[0][i], to).filter(factPasses).slice(0, 3), bothEnds)),
  ];
}

function groupPanel(group, only = "") {
  const counts = first.groups.counts[group];
  const place = first.groups.thing[group];
  const tops = only ? [only] : first.tops;
  const lists = tops.filter((top) => counts[first.tops.indexOf(top)]).map((top) => section(className(top), counts[first.tops.indexOf(top)],
    ...longList(members(group, top).map((thing) => () => make("li", {}, thingButton(thing))), "best", only ? 60 : 10)));
  const key = first.groups.key[group];
  const open = state.open.find((name) => name === `${key}.${only}` || name.startsWith(`${key}.${only}.`));
  const pages = Number(open?.split(".")[2] || 1);
  const more = only && open && pages * 60 < counts[first.tops.indexOf(only)]
    ? button(word("moreMembers"), () => go({ open: [...state.open.filter((name) => name !== open), `${key}.${only}.${pages + 1}`] })) : null;
  return [
    make("p", { className: "kind" }, word(first.groups.sort[group])),
    make("h2", { className: "name" }, named(groupName(group)), only ? ` · ${className(only)}` : ""),
    make("div", { className: "actions" }, ...(only ? [more] : tops.filter((top) => counts[first.tops.indexOf(top)]).map((top) =>
      button(word("openKind", { kind: className(top) }), () => openGroup(group, top)))),
    place !== null && first.groups.sort[group] === "county" ? button(word("aboutPlace"), () => chooseThing(place)) : null),
    ...lists,
  ];
}

function docPanel(article) {
  const things = listOf(data.articles.things, article);
  return [
    make("p", { className: "kind" }, word("document")),
    make("h2", { className: "name" }, named(data.articles.title[article] || data.articles.id[article] || word("untitled"))),
    make("p", { className: "lead" }, citation(article, false)),
    make("div", { className: "actions" },
      button(word("readDocument"), () => go({ view: "document" })),
      button(word("onlyDocument"), () => go({ view: "map", filters: { ...state.filters, doc: data.articles.key[article] } }))),
    ...first.tops.map((top) => {
      const own = things.filter((thing) => topOf(thing) === top);
      return own.length ? section(className(top), own.length, make("ul", { className: "best" }, ...own.map((thing) => make("li", {}, thingButton(thing))))) : null;
    }),
  ];
}

/** What a county has to do with a program: who carries it out there, by which sentences. */
function cellPanel(program, group) {
  const numbers = [...factsOf(program)].filter((number) => factPasses(number) && data.things.group[otherEnd(number, program)] === group);
  return [
    make("p", { className: "kind Program" }, groupName(group)),
    make("h2", { className: "name" }, thingButton(program)),
    ...factGroups(numbers, bothEnds),
  ];
}

function overviewPanel() {
  const { thing, name, top } = first.hubs;
  const best = first.tops.map((one, number) => [one, thing.map((_, i) => i).filter((i) => top[i] === number).slice(0, 8)]);
  const hub = (i) => make("li", {}, button([make("span", { className: `dot ${first.tops[top[i]]}`, "aria-hidden": "true" }), named(name[i])],
    async () => { await needGraph(); chooseThing(thing[i]); }, { className: "thing" }));
  const counties = first.groups.key.map((_, group) => group).slice(0, 12);
  return [
    make("h2", {}, word("overview")),
    make("p", { className: "lead" }, word(first.counts.things ? "lead" : "empty")),
    make("dl", { className: "counts" }, ...["documents", "things", "facts", "figures"].map((one) =>
      make("div", {}, make("dt", {}, word(one)), make("dd", {}, grouped(first.counts[one]))))),
    counties.length ? section(word("counties"), first.groups.key.length, make("ul", { className: "best" }, ...counties.map((group) =>
      make("li", {}, button([named(groupName(group)), make("small", { className: "count" }, ` ${first.groups.counts[group].reduce((a, b) => a + b, 0)}`)], () => openGroup(group), { className: "link" }))))) : null,
    ...["Person", "Organisation", "Program", "Place"].map((one) => best.find(([name]) => name === one)).filter(([, hubs]) => hubs.length).map(([one, hubs]) =>
      section(`${className(one)} · ${word("connected")}`, null, make("ul", { className: "best" }, ...hubs.map(hub)))),
  ];
}

/** What the choice needs unpacked. */
export async function needForPanel() {
  if (!state.chosen) return;
  await Promise.all([needGraph(), need("also", "articles", "backing", "figures")]);
}

function content() {
  const { sort, of } = state.chosen || { sort: "", of: [] };
  if (!sort) return overviewPanel();
  if (sort === "group" || sort === "kind") return groupNumber(of[0]) >= 0 ? groupPanel(groupNumber(of[0]), of[1]) : null;
  if (sort === "doc") return data.articles.number.has(of[0]) ? docPanel(data.articles.number.get(of[0])) : null;
  const things = of.slice(0, sort === "cell" ? 1 : 2).map(thingNumber);
  if (things.some((thing) => thing < 0) || !things.length) return null;
  if (sort === "thing") return thingPanel(things[0]);
  if (sort === "cell") return groupNumber(of[1]) >= 0 ? cellPanel(things[0], groupNumber(of[1])) : null;
  if (things.length < 2) return null;
  return sort === "line" ? linePanel(things[0], things[1]) : pathPanel(things[0], things[1]);
}

let turn = 0;

/** Show what the state has chosen; an address of another graph may name what is not here. */
export async function showPanel({ keepPlace = false } = {}) {
  const own = (turn += 1);
  waiting = [];
  const fresh = content() || [make("p", { className: "lead" }, word("unknown"))];
  await Promise.all(waiting);
  if (own !== turn) return;
  const focused = /** @type {any} */ (document.activeElement)?.id;
  byId("content").replaceChildren(...fresh.filter(Boolean));
  if (focused?.startsWith("do-")) byId(focused)?.focus();
  if (!keepPlace) byId("panel").scrollTop = 0;
}
