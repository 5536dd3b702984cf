// The ranked lists: filters, search, sorting by any column, a hundred rows at a time on the screen.

const ROWS = 100;
const PRINTED = 2000; // rows on paper
const REASONS = 3;
const LEVELS = ["violation", "suspected", "lead"];
const shelf = { rows: null, shown: [], sort: "kind", down: false, page: 0, hay: [], families: [] };

function rows() {
  if (shelf.rows) return shelf.rows;
  shelf.hay = lists.combos.map((text) => (text + " " + codes(text).map(([code]) => ruleName(code)).join(" ")).toLowerCase());
  shelf.families = lists.combos.map((text) => new Set(codes(text).map(([code]) => code.slice(0, 3))));
  shelf.rows = [];
  for (const [place, [kind, told]] of Object.entries(lists.kinds).entries()) {
    for (let i = 0; i < told.id.length; i++) {
      shelf.rows.push({
        kind, place, rank: told.rank[i], id: told.id[i], name: told.name[i], score: told.score[i], p: told.p[i],
        amount: told.amount[i], n: told.n[i], rules: told.rules[i], levels: told.levels[i],
        state: told.state ? told.state[i] : -1, was: told.was ? told.was[i] : null,
        hay: (told.id[i] + " " + told.name[i]).toLowerCase(),
      });
    }
  }
  return shelf.rows;
}

// "STY02×2 ANO" as [["STY02", 2], ["ANO", 1]].
function codes(text) {
  return text.split(" ").filter(Boolean).map((one) => {
    const [code, many] = one.split("×");
    return [code, Number(many || 1)];
  });
}

// The weightiest rules by name, and how many more there are; pointing at it tells all.
function why(text, most = REASONS) {
  const named = codes(text).map(([code, many]) => ruleName(code) + (many > 1 ? " " + words.times + many : ""));
  if (named.length <= most) return joined(named);
  const told = joined([...named.slice(0, most), fill("more_rules", { n: named.length - most })]);
  return el("span", { title: joined(named) }, told);
}

const hasStates = Object.values(lists.kinds).some((told) => told.state);
const hasEarlier = Object.values(lists.kinds).some((told) => told.was);

function columns(kind) {
  return [
    ["rank", words.rank, "num"],
    kind ? null : ["kind", words.kind, "short"],
    ["name", words.subject, "name"],
    ["p", words.p, "num"],
    ["amount", kind && labels.beyond[kind] ? words.beyond : words.amount, "num"],
    ["score", words.score, "num"],
    ["n", words.n, "num"],
    ["level", words.level, "levels"],
    ["why", words.why, "why"],
    hasStates ? ["state", words.state, null] : null,
    hasEarlier ? ["was", words.was, "num"] : null,
  ].filter(Boolean);
}

const VALUES = {
  rank: (row) => row.rank, kind: (row) => row.place, name: (row) => row.name || row.id, p: (row) => row.p, amount: (row) => row.amount,
  score: (row) => row.score, n: (row) => row.n, level: (row) => (row.levels & 1 ? 3 : row.levels & 2 ? 2 : row.levels & 4 ? 1 : 0),
  why: (row) => lists.combos[row.rules], state: (row) => row.state, was: (row) => row.was || Infinity,
};

function asked() {
  const form = document.getElementById("filters");
  const number = (name) => (form.elements[name].value === "" ? null : Number(form.elements[name].value));
  return {
    kind: form.elements.kind.value, family: form.elements.family.value, level: form.elements.level.value,
    state: form.elements.state.value, amount: number("amount"), p: number("p"),
    text: form.elements.text.value.trim().toLowerCase().split(/\s+/).filter(Boolean),
  };
}

function filtered(wanted) {
  const bit = wanted.level ? 1 << LEVELS.indexOf(wanted.level) : 0;
  const state = wanted.state ? STATES.indexOf(wanted.state) : null;
  const open = STATES.indexOf("open");
  return rows().filter((row) =>
    (!wanted.kind || row.kind === wanted.kind) &&
    (!wanted.family || shelf.families[row.rules].has(wanted.family)) &&
    (!bit || row.levels & bit) &&
    (state === null || (row.state < 0 ? open : row.state) === state) &&
    (wanted.amount === null || row.amount >= wanted.amount) &&
    (wanted.p === null || row.p >= wanted.p) &&
    wanted.text.every((word) => row.hay.includes(word) || shelf.hay[row.rules].includes(word)));
}

function sorted(some) {
  const value = VALUES[shelf.sort];
  const way = shelf.down ? -1 : 1;
  return some.sort((a, b) => {
    const x = value(a), y = value(b);
    return (x < y ? -way : x > y ? way : 0) || a.place - b.place || a.rank - b.rank;
  });
}

function showList() {
  shelf.shown = sorted(filtered(asked()));
  shelf.page = 0;
  drawList();
}

// from, many: which rows; those of the page, unless the list is printed.
function drawList(from = shelf.page * ROWS, many = ROWS) {
  const kind = asked().kind;
  const heads = columns(kind);
  const some = shelf.shown.slice(from, from + many);
  const grid = document.getElementById("rows");
  grid.tHead.replaceChildren(el("tr", {}, heads.map(headCell)));
  grid.tBodies[0].replaceChildren(...some.map((row) => listRow(row, heads)));
  document.getElementById("count").textContent = some.length
    ? fill("of_rows", { n: whole(shelf.shown.length), from: whole(from + 1), to: whole(from + some.length) })
    : rows().length ? words.none : words.empty;
  document.getElementById("conditions").textContent = conditions();
  pager();
  beyond(kind);
}

function headCell([name, text, style]) {
  // Of one kind alone the order by kind is that by rank.
  const on = (shelf.sort === "kind" && asked().kind ? "rank" : shelf.sort) === name;
  const arrow = on ? (shelf.down ? " ▼" : " ▲") : "";
  return el("th", { scope: "col", class: style, "aria-sort": on ? (shelf.down ? "descending" : "ascending") : "none" },
    el("button", { type: "button", "data-sort": name, onclick: () => sortBy(name) }, text + arrow),
    // A button in a heading is drawn on the first sheet only.
    el("span", { class: "paper", "aria-hidden": "true" }, text + arrow));
}

function sortBy(name) {
  // Numbers are asked for largest first, places and texts from the beginning.
  const large = ["p", "amount", "score", "n", "level"].includes(name);
  const on = shelf.sort === name || (shelf.sort === "kind" && name === "rank" && asked().kind);
  shelf.down = on ? !shelf.down : large;
  shelf.sort = name;
  showList();
  const again = document.querySelector(`#rows [data-sort="${name}"]`);
  if (again) again.focus();
}

function subject(row) {
  const link = linkOf(row.kind, row.id, row.rank);
  const told = row.name ? [row.name, el("br"), el("code", {}, row.id)] : [el("code", {}, row.id)];
  if (link) return el("a", { href: link }, told);
  const hint = lists.reveal || row.kind !== "patient" ? words.case_command + "medaudit case " + row.id : null;
  return el("span", { title: hint }, told);
}

function was(row) {
  if (!row.was) return words.new;
  const moved = row.was - row.rank;
  return row.was + (moved > 0 ? " ↑" + moved : moved < 0 ? " ↓" + -moved : " =");
}

function cell(row, name) {
  switch (name) {
    case "kind": return labels.kind[row.kind];
    case "name": return subject(row);
    case "p": return chance(row.p) + " " + band(row.p);
    case "amount": case "score": return money(row[name]);
    case "level": return LEVELS.filter((one, i) => row.levels & (1 << i)).map((one) => [levelBadge(one), " "]);
    case "why": return why(lists.combos[row.rules]);
    case "state": return row.state >= 0 ? stateBadge(STATES[row.state]) : "";
    case "was": return was(row);
    default: return whole(row[name]);
  }
}

function listRow(row, heads) {
  return el("tr", {}, heads.map(([name, , style]) => el("td", { class: style }, cell(row, name))));
}

// What the list shown was asked for and how it goes, for who has it on paper.
function conditions() {
  const form = document.getElementById("filters");
  const told = [...form.elements].filter((one) => one.name && one.value.trim()).map((one) => {
    const said = one.tagName === "SELECT" ? one.selectedOptions[0].textContent : one.value.trim();
    return `${one.parentNode.firstChild.textContent.trim()} ${said}`;
  });
  const by = columns(asked().kind).find(([name]) => name === shelf.sort);
  const order = fill(shelf.down ? "order_down" : "order_up", { by: by ? by[1] : words.rank });
  return joined([...(told.length ? told : [words.all_listed]), order]);
}

// On paper the whole list stands, as far as there is an end to it; what is left out is counted.
function printList(on) {
  if (document.getElementById("view-list").hidden || !shelf.rows) return;
  if (!on) return drawList();
  drawList(0, PRINTED);
  const rest = shelf.shown.length - PRINTED;
  document.getElementById("unprinted").textContent = rest > 0 ? fill("unprinted", { n: whole(rest) }) : "";
}

function pager() {
  const pages = Math.ceil(shelf.shown.length / ROWS);
  const turn = (by) => () => {
    shelf.page += by;
    drawList();
    document.getElementById("rows").scrollIntoView({ block: "nearest" });
  };
  document.getElementById("pager").replaceChildren(...(pages < 2 ? [] : [
    el("button", { type: "button", disabled: shelf.page === 0, onclick: turn(-1) }, "← " + words.previous),
    el("span", {}, fill("page_of", { a: shelf.page + 1, b: pages })),
    el("button", { type: "button", disabled: shelf.page >= pages - 1, onclick: turn(1) }, words.next_page + " →"),
  ]));
}

// How many further down are in no list of this file.
function beyond(kind) {
  const some = Object.entries(lists.kinds).filter(([name]) => !kind || name === kind);
  const rest = some.reduce((sum, [, told]) => sum + told.of - told.id.length, 0);
  document.getElementById("beyond").textContent = rest ? fill("more_listed", { n: whole(rest) }) : "";
}

function options(select, pairs) {
  select.replaceChildren(el("option", { value: "" }, words.all), ...pairs.map(([value, text]) => el("option", { value }, text)));
}

function startList() {
  const form = document.getElementById("filters");
  options(form.elements.kind, Object.keys(lists.kinds).map((kind) => [kind, labels.kind[kind]]));
  const there = new Set(lists.combos.flatMap((text) => codes(text).map(([code]) => code.slice(0, 3))));
  options(form.elements.family, Object.entries(labels.family).filter(([code]) => there.has(code)).map(([code, text]) => [code, code + " " + text]));
  options(form.elements.level, LEVELS.map((name) => [name, LEVEL_MARKS[name] + " " + labels.level[name]]));
  options(form.elements.state, STATES.map((name) => [name, labels.state[name]]));
  form.querySelector(".states").hidden = !hasStates;
  let waiting = null;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(showList, 120);
  });
  form.addEventListener("reset", () => setTimeout(showList, 0));
  form.addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("rows").addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const links = [...document.querySelectorAll("#rows tbody a")];
    const next = links[links.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1)];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
}
