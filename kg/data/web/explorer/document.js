// A document: its sentences in their order, each entity in them a button; without a choice, the list of all.
import { button, cut, grouped, make, named, word } from "./text.js";
import { data, listOf, namesOf, need, quote, shortFormsOf, topOf } from "./data.js";
import { needGraph } from "./graph.js";
import { choose, chooseThing, state } from "./state.js";
import { longList } from "./panel.js";

/** A sentence with each name in it a button that chooses what bears it. */
function linked(text, bearers) {
  return cut(text, [...bearers.keys()]).map((piece, i) => {
    if (i % 2 === 0) return piece;
    const thing = bearers.get(piece);
    return make("mark", { className: topOf(thing) }, button(named(piece), () => chooseThing(thing), { className: "mention" }));
  });
}

/** The names by which a document's entities may stand in its sentences; the best connected bears a shared one, a short
 * form only its one bearer. */
function bearersOf(article) {
  const bearers = new Map();
  for (const thing of listOf(data.articles.things, article)) {
    for (const name of namesOf(thing)) if (!bearers.has(name)) bearers.set(name, thing);
  }
  const short = new Map();
  for (const thing of listOf(data.articles.things, article)) {
    for (const name of shortFormsOf(thing)) short.set(name, short.has(name) ? null : thing);
  }
  for (const [name, thing] of short) if (thing !== null && !bearers.has(name)) bearers.set(name, thing);
  return bearers;
}

/** The document that the choice is, or that it was chosen from. */
function openDocument() {
  const known = [state.chosen, ...[...state.trail].reverse()].find((one) => one?.sort === "doc");
  return known && state.chosen ? data.articles.number.get(known.of[0]) : undefined;
}

async function reading(article) {
  const { begin, end, id, title, date, source } = data.articles;
  const numbers = Array.from({ length: end[article] - begin[article] }, (_, i) => begin[article] + i);
  const quotes = await Promise.all(numbers.map(quote));
  const places = new Map(); // a sentence may stand behind several facts
  for (const one of quotes) if (one.article === article) places.set(`${one.begin}-${one.end}-${one.text}`, one);
  const bearers = bearersOf(article);
  const sentences = [...places.values()].sort((a, b) => Number(a.begin) - Number(b.begin) || Number(b.end) - Number(a.end));
  const whole = sentences.filter((one) => !sentences.some((other) => other !== one && Number(other.begin) <= Number(one.begin) && Number(other.end) >= Number(one.end)
    && Number(other.end) - Number(other.begin) > Number(one.end) - Number(one.begin)));
  let last = 0;
  const paragraphs = whole.flatMap((one) => {
    const gap = Number(one.begin) > last + 2 ? [make("p", { className: "gap" }, "…")] : [];
    last = Number(one.end);
    return [...gap, make("p", { dir: "auto" }, ...linked(one.text, bearers), make("small", { className: "offset" }, ` ${one.begin}–${one.end}`))];
  });
  return make("article", { className: "reading" },
    make("h2", {}, named(title[article] || id[article] || word("untitled"))),
    make("p", { className: "lead" }, [date[article], source[article], id[article]].filter(Boolean).flatMap((part, i) => [i ? " · " : "", named(part)])),
    make("p", { className: "lead" }, word("sentencesOnly")), ...paragraphs);
}

export async function documentView() {
  await needGraph();
  await need("articles", "also", "backing", "figures");
  const article = openDocument();
  const { title, date, source, key, id } = data.articles;
  if (article !== undefined) {
    return [
      make("div", { className: "head" }, button(word("allDocuments"), () => choose("doc", ""), { className: "link", id: "all-documents" })),
      make("div", { className: "scroll", tabIndex: 0, role: "region", "aria-label": word("document") }, await reading(article)),
    ];
  }
  const order = key.map((_, i) => i).sort((a, b) => (date[b] || "").localeCompare(date[a] || "") || a - b);
  const line = (i) => make("li", {}, button(named(title[i] || id[i] || word("untitled")), () => choose("doc", key[i]), { className: "link" }),
    make("small", {}, [date[i], source[i], word("entitiesNamed", { count: data.articles.things.counts[i] })].filter(Boolean).join(" · ")));
  return [
    make("div", { className: "head" }, make("span", {}, word("documents")), make("span", { className: "count" }, grouped(key.length))),
    make("div", { className: "scroll", tabIndex: 0, role: "region", "aria-label": word("documents") }, ...longList(order.map((i) => () => line(i)), "documents", 100)),
  ];
}
