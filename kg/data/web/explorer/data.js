// The blocks of data: each stays packed text until somebody asks for what it holds.
import { byId, first } from "./text.js";

/** What is unpacked so far, by block. @type {Record<string, any>} */
export const data = {};
/** @type {Record<string, Promise<any>>} */
const coming = {};

async function unpack(name) {
  const packed = byId(`data-${name}`);
  const text = atob(packed.textContent);
  packed.remove();
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
}

const prepare = {
  things(block) {
    block.number = new Map(block.iri.map((iri, thing) => [iri, thing]));
    spread(block, "kinds");
  },
  articles(block) {
    spread(block, "things");
    const known = new Set();
    block.key = block.id.map((id, article) => (id && !known.has(id) && known.add(id) ? id : `#${article}`));
    block.number = new Map(block.key.map((key, article) => [key, article]));
  },
  backing: (block) => spread(block, "facts"),
  figures(block) {
    spread(block, "quotes");
    block.of = new Map();
    block.about.forEach((thing, figure) => {
      if (!block.of.has(thing)) block.of.set(thing, []);
      block.of.get(thing).push(figure);
    });
  },
};

/** Give a column of lists its beginnings, so that `listOf` finds one without walking. */
function spread(block, column) {
  const { counts } = block[column];
  const begin = new Uint32Array(counts.length + 1);
  for (let i = 0; i < counts.length; i += 1) begin[i + 1] = begin[i] + counts[i];
  block[column].begin = begin;
}

/** The list of an entry in a column of lists. */
export const listOf = (column, entry) => column.flat.slice(column.begin[entry], column.begin[entry + 1]);

/** Unpack the blocks of these names, each once. */
export function need(...names) {
  return Promise.all(names.map((name) => {
    coming[name] ||= unpack(name).then((block) => {
      prepare[name]?.(block);
      data[name] = block;
      return block;
    });
    return coming[name];
  }));
}

/** A sentence by its number, with where it stands. */
export async function quote(number) {
  const part = Math.floor(number / first.quotesAtOnce);
  const [block] = await need(`quotes${part}`);
  const i = number - part * first.quotesAtOnce;
  return { text: block.text[i], article: block.article[i], begin: block.begin[i], end: block.end[i], rule: block.rules[block.rule[i]] };
}

/** The document that a sentence stands in, without unpacking the sentence; -1 for none. */
export function articleOf(number) {
  const { begin, end } = data.articles;
  const order = data.articles.order ||= begin.map((_, i) => i).filter((i) => end[i] > begin[i]).sort((a, b) => begin[a] - begin[b]);
  let low = 0, high = order.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (begin[order[middle]] <= number) low = middle; else high = middle - 1;
  }
  const found = order[low];
  return found !== undefined && number >= begin[found] && number < end[found] ? found : -1;
}

export const nameOf = (thing) => data.things.name[thing];
export const topOf = (thing) => first.tops[data.things.top[thing]];
export const kindsOf = (thing) => listOf(data.things.kinds, thing).map((kind) => data.things.kindNames[kind]);
export const namesOf = (thing) => [data.things.name[thing], ...(data.also[thing] || [])];

const WITH_PLACE = /^.{2,7}?([省市州县区旗盟乡镇村])(.+)$/u; // 云溪县残联: the article of that county says 县残联
const DIVISION = /..([省市州县区旗乡镇村])$/u; // 云溪县: the article of that county says 全县

/** What an article says for a body or a place that it need not tell apart from another county's. */
export function shortFormsOf(thing) {
  if (topOf(thing) === "Place") return [nameOf(thing)].flatMap((name) => DIVISION.exec(name)?.slice(1) || []).map((unit) => `全${unit}`);
  if (topOf(thing) !== "Organisation") return [];
  return [...new Set(namesOf(thing).flatMap((name) => WITH_PLACE.exec(name)?.slice(1).join("") || []))];
}

/** The names of the places that a document tells of: 安化县委 holds no short form of another county's 县委. */
export const placesOf = (article) => (article < 0 ? [] : listOf(data.articles.things, article).filter((thing) => topOf(thing) === "Place").map(nameOf));

/** The whole IRI of what the blocks keep without its base. */
export const fullIri = (iri) => (iri.startsWith("<") ? iri.slice(1, -1) : first.base + iri);

/** @typedef {{number: number, subject: number, object: number, relation: string, predicate: string, title: string, post: string, date: string, confidence: string}} Fact */

/** A fact by its number. @returns {Fact} */
export function fact(number) {
  const block = data.facts;
  const post = block.post[number];
  return {
    number,
    subject: block.subject[number],
    object: block.object[number],
    relation: block.relationNames[block.relation[number]],
    predicate: block.predicates[block.relation[number]],
    title: post < 0 ? "" : block.titles[post],
    post: post < 0 ? "" : block.postIris[post],
    date: block.dates[block.date[number]],
    confidence: block.confidences[block.confidence[number]],
  };
}

/** The days at which a fact is dated: its own, or else its documents'. */
export function datesOf(number) {
  const own = data.facts.dates[data.facts.date[number]];
  if (own) return own.split(", ");
  const articles = new Set(listOf(data.backing.facts, number).map(articleOf).filter((one) => one >= 0));
  return [...articles].map((one) => data.articles.date[one]).filter(Boolean);
}
