// Which page is shown, the first of each list, colours, keys, printing.

const VIEWS = ["overview", "list", "data", "made"];
const FIRST = 5;

function show(view, title) {
  for (const one of document.querySelectorAll(".view")) one.hidden = one.id !== "view-" + view;
  for (const link of document.querySelectorAll("nav a")) {
    const here = link.hash === "#" + (view === "suspect" ? "list" : view);
    if (here) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = title ? `${title} - ${heading}` : heading;
}

const heading = document.title;

function route() {
  const [first, ...rest] = location.hash.slice(1).split("/");
  let key = rest.join("/");
  try {
    key = decodeURIComponent(key);
  } catch (error) {
    // Typed by hand: taken as it stands.
  }
  if (has(labels.kind, first) && key) {
    const title = showSuspect(first, key);
    show("suspect", title);
    scrollTo(0, 0);
    document.getElementById("view-suspect").focus({ preventScroll: true });
    return;
  }
  scrollTo(0, 0);
  const view = VIEWS.includes(first) ? first : "overview";
  if (view === "list") {
    const form = document.getElementById("filters");
    if (has(lists.kinds, key)) form.elements.kind.value = key;
    const drawn = document.getElementById("rows").tBodies[0].rows.length;
    if (!drawn || key) showList();
  }
  show(view);
}

// The first few of each kind, on the overview.
function tops() {
  const made = Object.entries(lists.kinds).map(([kind, told]) => el("section", {},
    el("h3", {}, labels.kind[kind], " ", el("a", { class: "small", href: "#list/" + kind }, `${words.all} ${whole(told.of)} →`)),
    el("table", {},
      el("thead", {}, el("tr", {}, [[words.rank, "num"], [words.subject, null], [words.p, "num"], [words.score, "num"]].map(([name, style]) => el("th", { scope: "col", class: style }, name)))),
      el("tbody", {}, told.id.slice(0, FIRST).map((id, i) => el("tr", {},
        el("td", { class: "num" }, told.rank[i]),
        el("td", {}, subject({ kind, id, name: told.name[i], rank: told.rank[i] }), el("div", { class: "small" }, why(lists.combos[told.rules[i]], 2))),
        el("td", { class: "num" }, chance(told.p[i]) + " " + band(told.p[i])),
        el("td", { class: "num" }, money(told.score[i]))))))));
  const place = document.getElementById("tops");
  place.className = "tops";
  place.replaceChildren(...(made.length ? made : [el("p", {}, words.empty)]));
}

function theme() {
  const select = document.getElementById("theme");
  const keep = (name) => {
    // A file opened from a stick may have no storage.
    try {
      if (name === undefined) return localStorage.getItem("medaudit-theme");
      localStorage.setItem("medaudit-theme", name);
    } catch (error) {
      return "";
    }
    return name;
  };
  const wear = () => {
    if (select.value) document.documentElement.dataset.theme = select.value;
    else delete document.documentElement.dataset.theme;
  };
  select.value = keep() || "";
  select.addEventListener("change", () => {
    wear();
    keep(select.value);
  });
  wear();
}

function keys(event) {
  const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
  if (event.key === "/" && !typing) {
    event.preventDefault();
    location.hash = "#list";
    setTimeout(() => document.querySelector("#filters [name=text]").focus(), 0);
  } else if (event.key === "Escape" && !document.getElementById("view-suspect").hidden) {
    location.hash = "#list";
  }
}

// What is folded on the screen is wanted on paper.
let folded = [];
addEventListener("beforeprint", () => {
  printList(true);
  folded = [...document.querySelectorAll(".view:not([hidden]) .finding details:not([open])")];
  for (const one of folded) one.open = true;
});
addEventListener("afterprint", () => {
  for (const one of folded) one.open = false;
  printList(false);
});

theme();
startList();
tops();
addEventListener("hashchange", route);
addEventListener("keydown", keys);
document.getElementById("print").addEventListener("click", () => print());
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  document.querySelector(".view:not([hidden])").scrollIntoView();
});
route();
