// Programs across counties: which county carries out what, and how many facts and documents say so.
import { button, first, grouped, make, word } from "./text.js";
import { data, listOf, need, topOf } from "./data.js";
import { factsOf, needGraph, otherEnd } from "./graph.js";
import { choose, factPasses, keyOf, scope, state } from "./state.js";
import { groupName } from "./layers.js";
import { thingButton } from "./panel.js";

const PROGRAMS = 150;
const COUNTIES = 40;

/** For each program of the selection the counties of those it is joined to, with how many facts. */
function carried(things) {
  const rows = new Map();
  for (const program of things) {
    if (topOf(program) !== "Program") continue;
    const cells = new Map();
    for (const one of factsOf(program)) {
      const other = otherEnd(one, program);
      if (!factPasses(one) || topOf(other) === "Program") continue;
      const group = data.things.group[other];
      cells.set(group, (cells.get(group) || 0) + 1);
    }
    if (cells.size) rows.set(program, cells);
  }
  return rows;
}

export async function compareView() {
  await needGraph();
  await need("backing", "articles", "also", "figures");
  const rows = carried(state.chosen?.sort === "cell" ? data.things.name.map((_, thing) => thing) : scope());
  const weight = new Map();
  for (const cells of rows.values()) for (const [group, count] of cells) weight.set(group, (weight.get(group) || 0) + count);
  const groups = [...weight.keys()].sort((a, b) => weight.get(b) - weight.get(a)).slice(0, COUNTIES);
  const total = (cells) => [...cells.values()].reduce((a, b) => a + b, 0);
  const programs = [...rows].sort((a, b) => b[1].size - a[1].size || total(b[1]) - total(a[1]) || a[0] - b[0]).slice(0, PROGRAMS);
  if (!programs.length) return [make("p", { className: "lead" }, word("noPrograms"))];
  const most = Math.max(...programs.flatMap(([, cells]) => [...cells.values()]));
  const cell = (program, group, count) => {
    if (!count) return make("td", {});
    const box = button(String(count), () => choose("cell", keyOf(program), first.groups.key[group]), {
      className: `cell level${Math.ceil((4 * count) / most)}`, "aria-label": word("cell", { name: groupName(group), count }),
    });
    return make("td", {}, box);
  };
  return [
    make("div", { className: "head" }, make("span", {}, word("compareLead")), make("span", { className: "count" }, word("rows", { count: grouped(rows.size) }))),
    make("div", { className: "scroll", tabIndex: 0, role: "region", "aria-label": word("compare") }, make("table", { className: "matrix" },
      make("thead", {}, make("tr", {}, make("th", { scope: "col" }, word("Program")), ...groups.map((group) => make("th", { scope: "col" }, make("span", {}, groupName(group)))))),
      make("tbody", {}, ...programs.map(([program, cells]) => make("tr", {}, make("th", { scope: "row" }, thingButton(program)), ...groups.map((group) => cell(program, group, cells.get(group)))))))),
  ];
}
