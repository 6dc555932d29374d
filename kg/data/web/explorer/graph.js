// Who is joined to whom: neighbours by fact, and shortest ways.
import { data, need } from "./data.js";

/** @type {{begin: Uint32Array, facts: Uint32Array} | null} */
let joined = null;

/** Unpack things and facts, and index the facts by both ends. */
export async function needGraph() {
  await need("things", "facts");
  if (joined) return;
  const { subject, object } = data.facts;
  const begin = new Uint32Array(data.things.name.length + 1);
  for (let i = 0; i < subject.length; i += 1) {
    begin[subject[i] + 1] += 1;
    if (object[i] !== subject[i]) begin[object[i] + 1] += 1;
  }
  for (let i = 0; i < begin.length - 1; i += 1) begin[i + 1] += begin[i];
  const facts = new Uint32Array(begin[begin.length - 1]);
  const next = begin.slice();
  for (let i = 0; i < subject.length; i += 1) {
    facts[next[subject[i]]++] = i;
    if (object[i] !== subject[i]) facts[next[object[i]]++] = i;
  }
  joined = { begin, facts };
}

/** The numbers of the facts around a thing. */
export const factsOf = (thing) => joined.facts.subarray(joined.begin[thing], joined.begin[thing + 1]);
export const otherEnd = (fact, thing) => (data.facts.subject[fact] === thing ? data.facts.object[fact] : data.facts.subject[fact]);

/** The things joined to one by a fact that `passes`, best connected first. */
export function neighbours(thing, passes = (_fact) => true) {
  const found = new Set();
  for (const fact of factsOf(thing)) if (passes(fact)) found.add(otherEnd(fact, thing));
  found.delete(thing);
  return [...found].sort((a, b) => a - b); // things are numbered by how well they are connected
}

/** The facts between two things. */
export const factsBetween = (a, b) => [...factsOf(a)].filter((fact) => otherEnd(fact, a) === b);

/** Up to `most` shortest ways from one thing to another, each a list of things; none where nothing joins them. */
export function shortestWays(from, to, passes = (_fact) => true, most = 8) {
  const before = new Map([[from, []]]);
  let edge = [from];
  while (edge.length && !before.has(to)) {
    const fresh = new Map();
    for (const at of edge) {
      for (const fact of factsOf(at)) {
        if (!passes(fact)) continue;
        const next = otherEnd(fact, at);
        if (before.has(next)) continue;
        if (!fresh.has(next)) fresh.set(next, new Set());
        fresh.get(next).add(at);
      }
    }
    for (const [thing, parents] of fresh) before.set(thing, [...parents].sort((a, b) => a - b));
    edge = [...fresh.keys()];
  }
  if (!before.has(to)) return [];
  let ways = [[to]];
  while (ways[0][0] !== from) ways = ways.flatMap((way) => before.get(way[0]).map((one) => [one, ...way])).slice(0, most);
  return ways;
}
