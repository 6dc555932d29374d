// Dated facts, figures and documents of the selection: a bar for each year or month, and below what they tell.
import { button, grouped, make, named, relationName, svg, word } from "./text.js";
import { data, fact, listOf, need } from "./data.js";
import { needGraph } from "./graph.js";
import { scope, state, thingNumber } from "./state.js";
import { factsInScope, figuresInScope } from "./table.js";
import { citation, figureValue, thingButton } from "./panel.js";

const AT_ONCE_DATED = 300;
let picked = ""; // the year or month whose events are listed

/** @typedef {{date: string, sort: string, show: () => any}} Event */

/** @returns {Event[]} by date */
function events(things) {
  const inScope = new Set(things);
  const found = [];
  for (const one of factsInScope(things)) {
    const { date, subject, object, relation, title } = fact(one);
    for (const day of date ? date.split(", ") : []) {
      found.push({ date: day, sort: "facts", show: () => [thingButton(subject), make("small", {}, relationName(relation), " ", named(title)), thingButton(object)] });
    }
  }
  for (const one of figuresInScope(things)) {
    const { date, about, name, unit } = data.figures;
    if (date[one]) found.push({ date: date[one], sort: "figures", show: () => [thingButton(about[one]), named(name[one]), make("strong", {}, figureValue(one), " ", named(unit[one]))] });
  }
  data.articles.date.forEach((date, article) => {
    if (date && listOf(data.articles.things, article).some((thing) => inScope.has(thing))) found.push({ date, sort: "documents", show: () => [citation(article)] });
  });
  return found.sort((a, b) => a.date.replace(/^\//, "").localeCompare(b.date.replace(/^\//, "")));
}

const SORTS = ["documents", "facts", "figures"];

/** A bar for each period, its three sorts one upon the other; a press lists that period alone. */
function bars(all, length, again) {
  const periods = new Map();
  for (const { date, sort } of all) {
    const period = date.replace(/^\//, "").slice(0, length);
    if (!periods.has(period)) periods.set(period, { documents: 0, facts: 0, figures: 0 });
    periods.get(period)[sort] += 1;
  }
  const most = Math.max(...[...periods.values()].map((one) => SORTS.reduce((sum, sort) => sum + one[sort], 0)));
  return make("div", { className: "bars", role: "group", "aria-label": word("timeline") }, ...[...periods].map(([period, counts]) => {
    let top = 100;
    const pieces = SORTS.map((sort) => {
      const high = (96 * counts[sort]) / most;
      top -= high;
      return svg("rect", { x: 2, y: top.toFixed(2), width: 20, height: high.toFixed(2), class: sort });
    });
    const total = SORTS.reduce((sum, sort) => sum + counts[sort], 0);
    return button([svg("svg", { viewBox: "0 0 24 100", "aria-hidden": "true" }, ...pieces), make("span", {}, period), make("small", {}, String(total))],
      () => { picked = picked === period ? "" : period; again(); }, { id: `period-${period}`, "aria-pressed": String(picked === period) });
  }));
}

export async function timelineView(again) {
  await needGraph();
  await need("figures", "articles", "backing", "also");
  const own = state.chosen?.sort === "thing" ? state.chosen.of.map(thingNumber).filter((thing) => thing >= 0) : scope();
  const all = events(own);
  if (!all.length) return [make("p", { className: "lead" }, word("undated"))];
  const years = new Set(all.map(({ date }) => date.replace(/^\//, "").slice(0, 4)));
  const length = years.size > 3 ? 4 : 7;
  if (picked && !all.some(({ date }) => date.replace(/^\//, "").startsWith(picked))) picked = "";
  const listed = picked ? all.filter(({ date }) => date.replace(/^\//, "").slice(0, length) === picked) : all;
  const days = new Map();
  for (const one of listed.slice(0, AT_ONCE_DATED)) days.set(one.date, [...(days.get(one.date) || []), one]);
  return [
    make("div", { className: "head" },
      make("span", { className: "key" }, ...SORTS.map((sort) => make("span", {}, make("span", { className: `swatch ${sort}`, "aria-hidden": "true" }), word(sort)))),
      make("span", { className: "count" }, word("rows", { count: grouped(listed.length) }))),
    make("div", { className: "scroll", tabIndex: 0, role: "region", "aria-label": word("timeline") },
      bars(all, length, again),
      make("ol", { className: "days" }, ...[...days].map(([date, ones]) => make("li", {}, make("time", {}, date),
        make("ul", {}, ...ones.map((one) => make("li", { className: `event ${one.sort}` }, ...one.show()))))))),
  ];
}
