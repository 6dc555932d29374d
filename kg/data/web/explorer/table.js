// The selection as a table: entities, facts or figures, sorted by any column.
import { button, className, grouped, make, named, percent, relationName, word } from "./text.js";
import { data, fact, kindsOf, listOf, nameOf, need, topOf } from "./data.js";
import { factsOf, needGraph } from "./graph.js";
import { choose, factPasses, keyOf, scope } from "./state.js";
import { groupName } from "./layers.js";
import { citation, figureValue, thingButton } from "./panel.js";
import { articleOf } from "./data.js";

const ROWS = 200;
let shownTable = "entities";
let sorted = { column: 0, up: true, of: "" };

/** The facts among or around the things in scope that pass the filters, each once. */
export function factsInScope(things) {
  const found = new Set();
  for (const thing of things) for (const one of factsOf(thing)) if (factPasses(one)) found.add(one);
  return [...found].sort((a, b) => a - b);
}

export const figuresInScope = (things) => things.flatMap((thing) => data.figures.of.get(thing) || []);

/** A column: its head, what its cells show and what they are sorted by. */
const TABLES = {
  entities: {
    rows: (things) => things,
    columns: [
      ["name", (thing) => thingButton(thing), nameOf],
      ["class", (thing) => [topOf(thing), ...kindsOf(thing)].map(className).join(" · "), (thing) => className(topOf(thing))],
      ["code", (thing) => data.things.code[thing], (thing) => data.things.code[thing]],
      ["county", (thing) => named(groupName(data.things.group[thing])), (thing) => groupName(data.things.group[thing])],
      ["facts", (thing) => grouped(data.things.degree[thing]), (thing) => data.things.degree[thing]],
      ["figures", (thing) => grouped((data.figures.of.get(thing) || []).length), (thing) => (data.figures.of.get(thing) || []).length],
    ],
  },
  facts: {
    rows: factsInScope,
    columns: [
      ["subject", (one) => thingButton(fact(one).subject), (one) => nameOf(fact(one).subject)],
      ["relation", (one) => button(relationName(fact(one).relation), () => choose("line", keyOf(fact(one).subject), keyOf(fact(one).object)), { className: "link" }), (one) => relationName(fact(one).relation)],
      ["object", (one) => thingButton(fact(one).object), (one) => nameOf(fact(one).object)],
      ["post", (one) => named(fact(one).title), (one) => fact(one).title],
      ["date", (one) => fact(one).date, (one) => fact(one).date],
      ["sureness", (one) => (fact(one).confidence ? percent(fact(one).confidence) : "–"), (one) => Number(fact(one).confidence) || 0],
      ["document", (one) => {
        const articles = [...new Set(listOf(data.backing.facts, one).map(articleOf))];
        return articles.length ? [citation(articles[0]), articles.length > 1 ? ` +${articles.length - 1}` : ""] : word("reference");
      }, (one) => articleOf(listOf(data.backing.facts, one)[0] ?? -1)],
    ],
  },
  figuresTable: {
    rows: figuresInScope,
    columns: [
      ["name", (one) => thingButton(data.figures.about[one]), (one) => nameOf(data.figures.about[one])],
      ["indicator", (one) => named(data.figures.name[one]), (one) => data.figures.name[one]],
      ["value", (one) => figureValue(one), (one) => Number(data.figures.value[one]) || 0],
      ["unit", (one) => named(data.figures.unit[one]), (one) => data.figures.unit[one]],
      ["qualifier", (one) => (data.figures.qualifier[one] ? word(data.figures.qualifier[one]) : ""), (one) => data.figures.qualifier[one]],
      ["date", (one) => data.figures.date[one], (one) => data.figures.date[one]],
    ],
  },
};

function ordered(rows, columns) {
  if (sorted.of !== shownTable) return rows;
  const value = columns[sorted.column][2];
  const sign = sorted.up ? 1 : -1;
  const keyed = rows.map((row) => [value(row), row]);
  const compare = typeof keyed[0]?.[0] === "number" ? (a, b) => a - b : new Intl.Collator("zh").compare;
  return keyed.sort((a, b) => sign * compare(a[0], b[0])).map(([, row]) => row);
}

/** The table as an element. `again` draws it anew. */
export async function tableView(again) {
  await needGraph();
  await need("figures", "articles", "backing", "also");
  const { rows, columns } = TABLES[shownTable];
  const all = ordered(rows(scope()), columns);
  const tabs = make("div", { className: "switch", role: "group", "aria-label": word("table") }, ...Object.keys(TABLES).map((one) =>
    button(word(one), () => { shownTable = one; again(); }, { "aria-pressed": String(one === shownTable), id: `table-${one}` })));
  const heads = columns.map(([name], column) => make("th", {
    scope: "col", "aria-sort": sorted.of !== shownTable || sorted.column !== column ? "none" : sorted.up ? "ascending" : "descending",
  }, button(word(name), () => {
    sorted = { of: shownTable, column, up: sorted.of === shownTable && sorted.column === column ? !sorted.up : true };
    again();
  }, { id: `sort-${name}` })));
  const line = (row) => make("tr", {}, ...columns.map(([name, cell]) => make("td", { className: ["value", "facts", "figures"].includes(name) ? "number" : "" }, cell(row))));
  const body = make("tbody", {}, ...all.slice(0, ROWS).map(line));
  const rest = all.slice(ROWS);
  const more = rest.length ? button(word("more", { count: Math.min(rest.length, ROWS) }), () => {
    body.append(...rest.splice(0, ROWS).map(line));
    if (!rest.length) more.remove();
  }, { className: "more" }) : null;
  return [
    make("div", { className: "head" }, tabs, make("span", { className: "count" }, word("rows", { count: grouped(all.length) }))),
    make("div", { className: "scroll", tabIndex: 0, role: "region", "aria-label": word(shownTable) }, make("table", {}, make("thead", {}, make("tr", {}, ...heads)), body), more),
  ];
}
