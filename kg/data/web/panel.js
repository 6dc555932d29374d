"use strict";
// The side panel: what is known about the chosen thing or line, and an overview while nothing is chosen.

const AT_ONCE = 12; // how many facts of one relation stand open before "more"
const factsOf = things.map(() => []);
data.facts.forEach((fact, number) => {
  factsOf[fact.subject].push(number);
  if (fact.object !== fact.subject) factsOf[fact.object].push(number);
});
const figuresOf = things.map(() => []);
data.figures.forEach((figure, number) => figuresOf[figure.about].push(number));

const namesOf = (thing) => [things[thing].name, ...things[thing].also];

function thingButton(thing) {
  const button = make("button", { type: "button", className: "thing" },
    make("span", { className: `dot ${things[thing].top}`, "aria-hidden": "true" }), named(things[thing].name));
  button.addEventListener("click", () => choose({ thing }));
  return button;
}

function article(number) {
  if (number === null) return null;
  const { id, title, date, source } = data.articles[number];
  return make("cite", {}, ...[title || id, date, source].filter(Boolean).flatMap((part, i) => [i ? " · " : "", named(part)]));
}

/** A sentence with its names marked, and where it stands. */
function quotation(number, names) {
  const { text, begin, end, rule, article: source } = data.quotes[number];
  const place = begin && end ? word("characters", { begin, end }) : "";
  return make("figure", { className: "quote" },
    make("blockquote", { dir: "auto" }, ...marked(text, names)),
    make("figcaption", {}, article(source), make("small", {}, [place, rule].filter(Boolean).join(" · "))));
}

/** The first two sentences, and the others behind a fold. */
function quotations(quotes, names) {
  const all = quotes.map((number) => () => quotation(number, names));
  const rest = all.slice(2);
  const fold = rest.length ? make("details", {}, make("summary", {}, word("moreSentences", { count: rest.length }))) : null;
  fold?.addEventListener("toggle", () => fold.children.length === 1 && fold.append(...rest.map((one) => one())));
  return [...all.slice(0, 2).map((one) => one()), fold];
}

/** One fact: the other end (both ends where no thing is the subject of the panel), its post, its sentences. */
function factItem(number, ends) {
  const fact = data.facts[number];
  const notes = [fact.title ? make("span", { className: "post" }, named(fact.title)) : null];
  const dated = fact.date ? make("small", { className: "date" }, ` ${fact.date} `) : null;
  const sure = fact.confidence ? make("small", {}, word("confidence", { percent: percent(fact.confidence) })) : null;
  const backing = fact.quotes.length
    ? quotations(fact.quotes, [...namesOf(fact.subject), ...namesOf(fact.object), fact.title])
    : [make("small", {}, word("reference"))];
  return make("li", {}, make("div", { className: "fact" }, ...notes, ...ends.map(thingButton), dated, sure), ...backing);
}

/** Items in a list, the first dozen at once and the others on demand. */
function listOf(makers) {
  const list = make("ul", { className: "facts" }, ...makers.slice(0, AT_ONCE).map((one) => one()));
  const rest = makers.slice(AT_ONCE);
  if (!rest.length) return [list];
  const button = make("button", { type: "button", className: "more" }, word("more", { count: rest.length }));
  button.addEventListener("click", () => {
    const fresh = rest.map((one) => one());
    list.append(...fresh);
    button.remove();
    fresh[0].querySelector("button, summary")?.focus();
  });
  return [list, button];
}

const section = (title, count, ...children) =>
  make("section", {}, make("h3", {}, title, count === null ? null : make("span", { className: "count" }, String(count))), ...children);

/** A thing's facts by relation and direction, in the order of the words file. */
function factSections(thing) {
  const groups = new Map();
  for (const number of factsOf[thing]) {
    const direction = data.facts[number].subject === thing ? "out" : "in";
    const key = `${data.facts[number].relation} ${direction}`;
    groups.set(key, [...(groups.get(key) || []), number]);
  }
  const order = Object.keys(data.words.relations);
  const rank = (key) => (order.indexOf(key.split(" ")[0]) + 1 || 99) * 2 + (key.endsWith("in") ? 1 : 0);
  return [...groups.keys()].sort((a, b) => rank(a) - rank(b)).map((key) => {
    const [relation, direction] = key.split(" ");
    const other = (number) => (direction === "out" ? data.facts[number].object : data.facts[number].subject);
    const makers = groups.get(key).map((number) => () => factItem(number, [other(number)]));
    return section(relationName(relation, direction), makers.length, ...listOf(makers));
  });
}

function figureRows(number) {
  const { about, name, value, unit, approximate, qualifier, date, quotes } = data.figures[number];
  const shown = `${approximate ? word("about") + " " : ""}${grouped(value)} `;
  const head = make("tr", {},
    make("th", { scope: "row" }, named(name || "–"), 
      qualifier ? make("small", {}, ` ${word(qualifier)}`) : null, date ? make("small", { className: "date" }, ` ${date}`) : null),
    make("td", { className: "number" }, shown, make("span", { className: "unit" }, named(unit))));
  const backing = make("td", { colSpan: 2 }, ...quotations(quotes, [...namesOf(about), name, value + unit].filter(Boolean)).filter(Boolean));
  return quotes.length ? [head, make("tr", { className: "backing" }, backing)] : [head];
}

function figureTable(thing) {
  const numbers = figuresOf[thing];
  if (!numbers.length) return null;
  const head = make("thead", {}, make("tr", {},
    make("th", { scope: "col" }, word("indicator")), make("th", { scope: "col", className: "number" }, word("value"))));
  const table = make("table", {}, head, make("tbody", {}, ...numbers.slice(0, 200).flatMap(figureRows)));
  return section(word("figures"), numbers.length, table);
}

function thingPanel(thing) {
  const { name, also, top, kinds, code, articles } = things[thing];
  const facts = [
    also.length ? [word("also"), also.flatMap((other, i) => [i ? language === "zh" ? "、" : ", " : "", named(other)])] : null,
    code ? [word("code"), [make("code", {}, code)]] : null,
  ].filter(Boolean);
  return [
    make("p", { className: `kind ${top}` }, [top, ...kinds].map(className).join(" · ")),
    make("h2", { className: "name" }, named(name)),
    facts.length ? make("dl", {}, ...facts.flatMap(([term, values]) => [make("dt", {}, term), make("dd", {}, ...values)])) : null,
    ...factSections(thing),
    figureTable(thing),
    articles.length ? section(word("namedIn"), articles.length, ...listOf(articles.map((one) => () => make("li", {}, article(one))))) : null,
  ];
}

function linePanel(number) {
  const { facts } = data.network.edges[number];
  const { from, to } = data.network.edges[number];
  const groups = [...new Set(facts.map((fact) => data.facts[fact].relation))].map((relation) => {
    const makers = facts.filter((fact) => data.facts[fact].relation === relation)
      .map((fact) => () => factItem(fact, [data.facts[fact].subject, data.facts[fact].object]));
    return section(relationName(relation, "out"), makers.length, ...listOf(makers));
  });
  return [make("h2", { className: "name" }, named(things[from].name), " — ", named(things[to].name)), ...groups];
}

function overviewPanel() {
  const counts = [["documents", data.articles], ["things", things], ["facts", data.facts], ["figures", data.figures]];
  const best = data.words.tops.map((top) => {
    const members = things.map((_, thing) => thing).filter((thing) => things[thing].top === top);
    return [top, members.slice(0, 6).map((thing) => make("li", {}, thingButton(thing)))];
  });
  return [
    make("h2", {}, word("overview")),
    make("p", { className: "lead" }, word(things.length ? "lead" : "empty")),
    make("dl", { className: "counts" }, ...counts.map(([name, all]) =>
      make("div", {}, make("dt", {}, word(name)), make("dd", {}, grouped(String(all.length)))))),
    ...best.filter(([, members]) => members.length).map(([top, members]) =>
      section(`${className(top)} · ${word("connected")}`, null, make("ul", { className: "best" }, ...members))),
    data.articles.length ? section(word("documents"), data.articles.length,
      ...listOf(data.articles.map((_, one) => () => make("li", {}, article(one))))) : null,
  ];
}

/** Show what `view.chosen` says. */
function showPanel() {
  const { thing, line } = view.chosen || {};
  const content = thing !== undefined ? thingPanel(thing) : line !== undefined ? linePanel(line) : overviewPanel();
  byId("content").replaceChildren(...content.filter(Boolean));
  byId("panel").scrollTop = 0;
}
