"use strict";
// Small helpers: data of the page, words, numbers, and elements made without any HTML text.

// Ids come from the data and may be called anything, such as what every object has.
const has = (some, name) => Object.hasOwn(some, name);
const part = (name) => JSON.parse(document.getElementById("data-" + name).textContent);
const words = part("words");
const labels = part("labels");
const rules = part("rules");
const lists = part("lists");
const SVG = "http://www.w3.org/2000/svg";

// The large part is read when the first suspect is opened.
let held = null;
function detail() {
  if (held === null) held = part("detail");
  return held;
}

function fill(name, values = {}) {
  return words[name].replace(/\{(\w+)\}/g, (whole, key) => (has(values, key) ? String(values[key]) : whole));
}

function money(value) {
  if (value === null || value === undefined) return "";
  return value.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

function whole(value) {
  return value === null || value === undefined ? "" : value.toLocaleString("en-US");
}

function percent(share) {
  return (100 * share).toFixed(1) + "%";
}

// Nothing found by counting is certain.
function chance(p) {
  return p >= 0.995 ? ">0.99" : p > 0 && p < 0.005 ? "<0.01" : p.toFixed(2);
}

function joined(parts) {
  return parts.filter(Boolean).join(words.language === "zh" ? "；" : "; ");
}

function put(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat(2)) {
    if (child !== null && child !== undefined && child !== "") made.append(child);
  }
  return made;
}

function el(tag, attributes, ...children) {
  return put(document.createElement(tag), attributes, children);
}

function sv(tag, attributes, ...children) {
  return put(document.createElementNS(SVG, tag), attributes, children);
}

// A picture of that size with a name for who cannot see it.
function picture(wide, high, name, ...children) {
  const drawn = sv("svg", { viewBox: `0 0 ${wide} ${high}`, width: wide, height: high, role: "img", "aria-label": name }, ...children);
  return el("div", { class: "picture" }, drawn);
}

function label(x, y, text, more = {}) {
  return sv("text", { x, y, ...more }, text);
}

function tip(text) {
  return sv("title", {}, text);
}

// heads: texts, or [text, class]; rows: lists of texts or elements.
function table(heads, rows) {
  const kinds = heads.map((head) => (Array.isArray(head) ? head[1] : null));
  return el("div", { class: "wide" },
    el("table", { class: "plain" },
      el("thead", {}, el("tr", {}, heads.map((head, i) =>
        el("th", { scope: "col", class: kinds[i] }, Array.isArray(head) ? head[0] : head)))),
      el("tbody", {}, rows.map((row) => el("tr", {}, row.map((cell, i) => el("td", { class: kinds[i] }, cell)))))));
}

function ruleName(code) {
  return has(rules, code) ? rules[code].name : labels.family[code] || code;
}

function band(p) {
  return p >= Number(words.high) ? words.high_band : p >= Number(words.medium) ? words.medium_band : words.low_band;
}

const LEVEL_MARKS = { violation: "■", suspected: "▲", lead: "○" };

function levelBadge(name) {
  return el("span", { class: "badge", title: labels.level[name] }, LEVEL_MARKS[name], el("span", { class: "said" }, " " + labels.level[name]));
}

const STATES = Object.keys(labels.state);
const STATE_MARKS = { changed: "↻", open: "·", waiting: "…", escalated: "↑", confirmed: "✓", dismissed: "✕" };

function stateBadge(name) {
  return el("span", { class: "badge" }, STATE_MARKS[name] + " " + labels.state[name]);
}

// Where a suspect's page is; null where it has none.
function linkOf(kind, id, rank) {
  if (rank > lists.top) return null;
  const key = kind === "patient" && !lists.reveal ? rank : id;
  return "#" + kind + "/" + encodeURIComponent(key);
}
