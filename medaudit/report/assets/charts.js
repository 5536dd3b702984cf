// Pictures drawn from the data of a suspect. Shapes, signs and texts say whatever colours say.

const sigmoid = (x) => 1 / (1 + Math.exp(-x));

// How the probability is made: a bar for each part, from where the one before ended.
function waterfall(page) {
  const left = 250, wide = 1000, row = 30, scale = 380, beside = left + scale + 14;
  const steps = [[words.start, page.base - page.shift, null, ""]];
  let odds = page.base - page.shift;
  if (page.shift) steps.push([words.reviews, odds + page.shift, odds, signed(page.shift)]);
  odds = page.base;
  for (const [family, term, findings, observed, expected] of page.parts) {
    const more = observed === null || !findings ? "" : " · " + fill("observed", { o: observed.toFixed(1) }) +
      (expected === null ? "" : " · " + fill("expected", { e: expected.toFixed(1) }));
    steps.push([labels.family[family] + (findings ? " ×" + findings : ""), odds + term, odds, signed(term) + more]);
    odds += term;
  }
  const parts = [0, 0.25, 0.5, 0.75, 1].map((p) => [
    sv("line", { class: "axis", x1: left + p * scale, x2: left + p * scale, y1: 24, y2: 30 + row * (steps.length + 1) }),
    label(left + p * scale, 16, p.toFixed(2), { "text-anchor": "middle", class: "soft" }),
  ]);
  steps.forEach(([name, to, from, told], i) => {
    const y = 30 + i * row;
    const [a, b] = [from === null ? 0 : sigmoid(from), sigmoid(to)];
    const up = b >= a;
    parts.push(label(left - 10, y + 17, name, { "text-anchor": "end" }));
    parts.push(sv("rect", { class: from === null ? "total" : up ? "upward" : "downward", x: left + Math.min(a, b) * scale, y: y + 4,
      width: Math.max(Math.abs(b - a) * scale, 2), height: row - 10 }));
    parts.push(label(beside, y + 17, from === null ? chance(b) : `${up ? "▶" : "◀"} ${told} → ${chance(b)}`));
  });
  const y = 30 + steps.length * row;
  parts.push(label(left - 10, y + 17, words.end, { "text-anchor": "end", "font-weight": "bold" }));
  parts.push(sv("rect", { class: "total", x: left, y: y + 4, width: Math.max(page.p * scale, 2), height: row - 10 }));
  parts.push(label(beside, y + 17, chance(page.p) + " " + band(page.p), { "font-weight": "bold" }));
  return picture(wide, y + row + 6, words.head_score, parts);
}

function signed(x) {
  return (x >= 0 ? "+" : "−") + Math.abs(x).toFixed(2);
}

const DAY = 86400000;
const time = (day) => Date.parse(day + "T00:00:00Z");

function later(day, nights) {
  return new Date(time(day) + nights * DAY).toISOString().slice(0, 10);
}

// Days along the top of a picture of some weeks, months of a longer one, as many as there is room for.
function months(first, last, x, top, bottom, right) {
  const made = [];
  if (last - first < 75 * DAY) {
    for (let at = first; at < last; at += 7 * DAY) {
      made.push(sv("line", { class: "axis", x1: x(at), x2: x(at), y1: top, y2: bottom }));
      if (x(at) < right - 70) made.push(label(x(at) + 3, top - 4, new Date(at).toISOString().slice(0, 10), { class: "soft" }));
    }
    return made;
  }
  const day = new Date(first);
  day.setUTCDate(1);
  const step = Math.max(1, Math.ceil((last - first) / (30 * DAY) / 14));
  while (day.getTime() <= last) {
    if (day.getTime() >= first) {
      const at = x(day.getTime());
      made.push(sv("line", { class: "axis", x1: at, x2: at, y1: top, y2: bottom }));
      if (at < right - 60) made.push(label(at + 3, top - 4, day.toISOString().slice(0, 7), { class: "soft" }));
    }
    day.setUTCMonth(day.getUTCMonth() + step);
  }
  return made;
}

// Bills in rows, by place for a person's, by person for a place's. Stays that overlap stand below one another.
function timeline(kind, page) {
  const byPlace = kind === "patient" || kind === "settlement";
  const most = 30, left = 250, wide = 1120, top = 34;
  const groups = new Map();
  for (const bill of page.bills) {
    const name = byPlace ? bill[3] : bill[4];
    if (!groups.has(name)) groups.set(name, []);
    groups.get(name).push(bill);
  }
  const every = [...groups.entries()].sort((a, b) => b[1].length - a[1].length);
  const some = every.slice(0, most);
  const days = some.flatMap(([, bills]) => bills.flatMap((bill) => [time(bill[0]), time(bill[0]) + bill[1] * DAY]));
  const first = Math.min(...days) - 3 * DAY, last = Math.max(...days) + 4 * DAY;
  const x = (at) => left + ((at - first) / (last - first)) * (wide - left - 16);
  const made = [];
  let y = top + 6;
  for (const [name, bills] of some) {
    const lanes = [];
    const start = y;
    for (const bill of bills) {
      const from = x(time(bill[0])), to = Math.max(x(time(bill[0]) + (bill[1] + 1) * DAY), from + 5);
      let lane = lanes.findIndex((end) => end <= from);
      if (lane < 0) lane = lanes.length < 4 ? lanes.push(0) - 1 : 3;
      lanes[lane] = to;
      made.push(mark(page, kind, bill, from, to, start + lane * 15));
    }
    const text = byPlace ? detail().texts[name] : detail().people[name];
    made.push(label(left - 10, start + 10, text.length > 22 ? text.slice(0, 21) + "…" : text, { "text-anchor": "end" }));
    y = start + Math.max(lanes.length, 1) * 15 + 8;
    made.push(sv("line", { class: "axis", x1: 0, x2: wide, y1: y - 4, y2: y - 4 }));
  }
  const notes = [words.time_note];
  if (page.more) notes.push(fill("more_bills", { n: whole(page.more) }));
  if (every.length > most) notes.push(fill("more_rows", { n: every.length - most }));
  return [
    el("p", { class: "note" }, notes.join(" ")),
    picture(wide, y + 4, words.head_time, months(first, last, x, top, y, wide), made),
    el("details", {}, el("summary", {}, words.as_table), billTable(page)),
  ];
}

function mark(page, kind, bill, from, to, y) {
  const [, nights, , , , , , hit, setl] = bill;
  const style = hit ? "stay hit" : "stay";
  const told = tip(billTip(bill));
  const own = kind === "settlement" && setl === page.id;
  const shape = nights === 0
    ? sv("circle", { class: style, cx: from + 4, cy: y + 5, r: 4.5 })
    : sv("rect", { class: style, x: from, y, width: to - from, height: 10, rx: 2 });
  const signs = [];
  if (hit && to - from > 16) signs.push(label(from + 3, y + 9.5, "▲", { "font-size": 9, class: "sign" }));
  if (own) signs.push(label(to + 3, y + 10, "◀ " + words.this_bill, { "font-size": 11 }));
  return sv("g", {}, told, shape, signs);
}

function billTip(bill) {
  const [from, nights, care, place, person, charge, fund, , setl, disease] = bill;
  return fill("bill_tip", {
    from, to: later(from, nights), care: labels.care[care] || labels.care[care.slice(0, 2)] || care, place: detail().texts[place],
    who: detail().people[person], disease: detail().texts[disease], charge: money(charge), fund: money(fund), setl,
  });
}

function billTable(page) {
  const heads = [words.from, words.to, words.care, words.place, words.person, [words.charge, "num"], [words.fund, "num"], words.has, words.settlement];
  return table(heads, page.bills.map(([from, nights, care, place, person, charge, fund, hit, setl]) => [
    from, later(from, nights), labels.care[care] || labels.care[care.slice(0, 2)] || care, detail().texts[place], detail().people[person],
    money(charge), money(fund), hit ? "▲" : "", settlementLink(setl),
  ]));
}

function settlementLink(setl) {
  const there = detail().pages.settlement && setl in detail().pages.settlement;
  return there ? el("a", { href: "#settlement/" + encodeURIComponent(setl) }, el("code", {}, setl)) : el("code", {}, setl);
}

// [day, bills, bills with findings, fund] of each day that has any.
function daysOf(page) {
  if (page.days) return page.days;
  const days = new Map();
  for (const [day, , , , , , fund, hit] of page.bills || []) {
    const told = days.get(day) || [day, 0, 0, 0];
    days.set(day, [day, told[1] + 1, told[2] + (hit ? 1 : 0), told[3] + (fund || 0)]);
  }
  return [...days.values()].sort((a, b) => (a[0] < b[0] ? -1 : 1));
}

function calendar(page) {
  const days = daysOf(page);
  const cell = 15, left = 62, top = 22;
  const funds = days.map((day) => day[3]).filter((fund) => fund > 0).sort((a, b) => a - b);
  const cut = [0.25, 0.5, 0.75].map((q) => funds[Math.floor(q * (funds.length - 1))] || 0);
  const shade = (fund) => (fund <= 0 ? 0 : 1 + cut.filter((limit) => fund > limit).length);
  const years = [...new Set(days.map((day) => day[0].slice(0, 4)))].slice(-4);
  const known = new Map(days.map((day) => [day[0], day]));
  return [el("p", { class: "note" }, words.days_note), ...years.map((year) => {
    const start = Date.UTC(Number(year), 0, 1);
    const shift = (new Date(start).getUTCDay() + 6) % 7;
    const made = [...words.weekdays].map((name, i) => (i % 2 ? null : label(left - 16, top + i * cell + 12, name, { "font-size": 11, class: "soft" })));
    made.push(label(2, top + 12, year, { "font-weight": "bold" }));
    for (let at = start; new Date(at).getUTCFullYear() === Number(year); at += DAY) {
      const date = new Date(at), name = date.toISOString().slice(0, 10);
      const place = Math.round((at - start) / DAY) + shift;
      const x = left + Math.floor(place / 7) * cell, y = top + (place % 7) * cell;
      if (date.getUTCDate() === 1) made.push(label(x, top - 7, String(date.getUTCMonth() + 1), { "font-size": 11, class: "soft" }));
      const told = known.get(name);
      made.push(sv("rect", { class: "heat" + (told ? shade(told[3]) || 1 : 0), x, y, width: cell - 2, height: cell - 2, rx: 2 }, told ? tip(dayTip(told)) : null));
      if (told && told[2]) made.push(sv("circle", { class: "mark", cx: x + 6.5, cy: y + 6.5, r: 3 }, tip(dayTip(told))));
    }
    return picture(left + 54 * cell + 8, top + 7 * cell + 6, words.head_days + " " + year, made);
  })];
}

function dayTip([day, n, hits, fund]) {
  return fill("day_tip", { day, n, fund: money(fund) }) + (hits ? fill("day_hits", { n: hits }) : "");
}

// Shares of the costs beside what like bills are usually made of.
function costs(page) {
  const left = 190, wide = 900, row = 34, some = page.costs.filter((one) => one[1] >= 0.005 || one[2] >= 0.005).slice(0, 14);
  const most = Math.max(...some.map((one) => Math.max(one[1], one[2])), 0.01);
  const scale = (wide - left - 190) / most;
  const made = some.map(([name, own, usual, charge], i) => {
    const y = 6 + i * row;
    return [
      label(left - 10, y + 19, name, { "text-anchor": "end" }),
      sv("rect", { class: "bar-own", x: left, y: y + 3, width: Math.max(own * scale, 1), height: 12 }),
      sv("rect", { class: "bar-usual", x: left, y: y + 17, width: Math.max(usual * scale, 1), height: 10 }),
      label(left + Math.max(own, usual) * scale + 8, y + 14, `${words.own} ${percent(own)} · ${money(charge)}`, { "font-size": 12 }),
      label(left + Math.max(own, usual) * scale + 8, y + 28, `${words.usual} ${percent(usual)}`, { "font-size": 12, class: "soft" }),
    ];
  });
  return [el("p", { class: "note" }, words.costs_note), picture(wide, 12 + some.length * row, words.head_costs, made)];
}

// A feature of a peer group over the cases behind it, with the limits within which peers belong, and the one asked about.
function funnel([place, cases, height, value, usual, z]) {
  const group = detail().funnels[place];
  const wide = 760, high = 360, left = 78, right = 16, bottom = 46, top = 14;
  const xs = [...group.dots.map((dot) => dot[0]), cases, ...group.curve.map((step) => step[0])];
  const ys = [...group.dots.map((dot) => dot[1]), height, group.curve[0][1], group.curve[0][4]];
  const [fewest, most] = [Math.log(Math.min(...xs)), Math.log(Math.max(...xs))], [low, up] = [Math.min(...ys), Math.max(...ys)];
  const x = (at) => left + ((Math.log(at) - fewest) / (most - fewest || 1)) * (wide - left - right);
  const y = (at) => high - bottom - ((at - low) / (up - low || 1)) * (high - bottom - top);
  const line = (style, side) => sv("polyline", { class: style, fill: "none", points: group.curve.map((step) => `${x(step[0])},${y(step[side])}`).join(" ") });
  const count = (n) => whole(n < 10 ? Math.round(n * 10) / 10 : Math.round(n));
  const facts = { title: group.title, value, usual, of: whole(group.of), z: z.toFixed(1) };
  const made = [
    ...group.ticks.flatMap(([at, text]) => [
      sv("line", { class: "axis", x1: left, x2: wide - right, y1: y(at), y2: y(at) }),
      label(left - 8, y(at) + 4, text, { "text-anchor": "end", "font-size": 11, class: "soft" }),
    ]),
    sv("line", { class: "middle", x1: left, x2: wide - right, y1: y(group.center), y2: y(group.center) }),
    line("limit", 1), line("limit inner", 2), line("limit inner", 3), line("limit", 4),
    group.dots.map(([at, to]) => sv("circle", { class: "dot", cx: x(at), cy: y(to), r: 3.5 }, tip(`${valueAt(group.scale, to)} · n = ${count(at)}`))),
    sv("path", { class: "self", d: `M ${x(cases)} ${y(height) - 9} l 9 9 l -9 9 l -9 -9 z` }, tip(`${value} · n = ${count(cases)}`)),
    [[Math.exp(fewest), "start"], [Math.exp(most), "end"]].map(([at, anchor]) => label(x(at), high - bottom + 16, count(at), { "text-anchor": anchor, "font-size": 11, class: "soft" })),
    label((left + wide) / 2, high - 10, group.across, { "text-anchor": "middle", "font-size": 12, class: "soft" }),
    label(14, high / 2, group.upward, { "text-anchor": "middle", "font-size": 12, class: "soft", transform: `rotate(-90 14 ${high / 2})` }),
  ];
  const out = z > 3.09 ? words.funnel_out : z > 1.96 ? words.funnel_edge : words.funnel_in;
  return [
    el("h4", {}, fill("funnel_title", facts), " ", el("span", { class: "badge" }, out)),
    picture(wide, high, fill("funnel_alt", facts), made),
  ];
}

function valueAt(scale, height) {
  if (scale === "times") return Math.exp(height).toFixed(2);
  if (scale === "share") return percent(Math.sin(Math.min(Math.max(height, 0), Math.PI / 2)) ** 2);
  return height.toFixed(3);
}
