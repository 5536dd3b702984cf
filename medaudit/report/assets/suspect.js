// The page of one suspect.

function showSuspect(kind, key) {
  const place = document.getElementById("view-suspect");
  const some = detail().pages[kind] || {};
  const page = has(some, key) ? some[key] : null;
  if (!page) {
    place.replaceChildren(back(kind), el("p", {}, words.no_page, words.by_case, el("code", {}, "medaudit case " + key)));
    return labels.kind[kind] || kind;
  }
  const title = `${labels.kind[kind]} ${page.name || page.id}`;
  const parts = [
    section(words.head_facts, facts(page)),
    section(words.head_score, score(kind, page)),
    page.series ? section(words.head_series, series(page)) : null,
    section(`${words.head_findings} (${whole(page.n)})`, findings(kind, page)),
    page.ring ? section(words.head_ring, ring(page.ring)) : null,
    page.bills ? section(words.head_time, timeline(kind, page)) : null,
    page.bills ? section(words.head_days, calendar(page)) : null,
    page.peer || page.funnels ? section(words.head_peers, peers(page)) : null,
    page.costs ? section(words.head_costs, costs(page)) : null,
    page.rules ? section(words.head_rules, advice(page)) : null,
  ].filter(Boolean);
  place.replaceChildren(
    neighbours(kind, page),
    el("h2", {}, title, " ", page.name ? el("code", {}, page.id) : ""),
    head(kind, page),
    el("p", { class: "note" }, words.lead_note),
    jumps(parts),
    ...parts,
  );
  return title;
}

// To a part of a long page; its address is the suspect's.
function jumps(parts) {
  return el("nav", { class: "jumps", "aria-label": words.jumps }, parts.map((part) => {
    const heading = part.querySelector("h3");
    heading.tabIndex = -1;
    const jump = () => {
      part.scrollIntoView();
      heading.focus({ preventScroll: true });
    };
    return el("button", { type: "button", onclick: jump }, heading.textContent);
  }));
}

function section(heading, ...children) {
  const some = children.flat(2).filter(Boolean);
  return some.length ? el("section", {}, el("h3", {}, heading), some) : null;
}

function back(kind) {
  return el("p", { class: "between" }, el("a", { href: "#list/" + (has(lists.kinds, kind) ? kind : "") }, "← " + words.back));
}

function neighbours(kind, page) {
  const told = lists.kinds[kind];
  const at = (rank, text) => {
    const i = told.rank.indexOf(rank);
    const link = i < 0 ? null : linkOf(kind, told.id[i], rank);
    return link ? el("a", { href: link }, text) : null;
  };
  const made = back(kind);
  made.append(...[at(page.rank - 1, "↑ " + words.before), at(page.rank + 1, "↓ " + words.after)].filter(Boolean));
  return made;
}

function head(kind, page) {
  const figure = (name, value, small) => el("div", {}, el("dt", {}, name), el("dd", {}, value), small ? el("dd", { class: "small" }, small) : null);
  return el("dl", { class: "figures" },
    figure(words.rank, `${whole(page.rank)} / ${whole(page.of)}`),
    figure(words.p, chance(page.p), band(page.p)),
    figure(labels.beyond[kind] ? words.beyond : words.amount, money(page.amount)),
    figure(words.score, money(page.score)),
    figure(words.state, stateBadge(page.state || "open"), page.decided ? fill("decided", { n: page.decided }) : null));
}

function facts(page) {
  return el("dl", { class: "facts" }, page.facts.map(([name, text]) => [el("dt", {}, name), el("dd", {}, text)]));
}

function score(kind, page) {
  const line = fill("score_line", {
    p: chance(page.p), money: labels.beyond[kind] ? words.money_beyond : words.money_all, amount: money(page.amount), score: money(page.score),
  });
  if (!page.parts) return [el("p", {}, line), el("p", { class: "note" }, words.parts_none)];
  return [el("p", {}, line), el("p", { class: "note" }, words.waterfall_note), waterfall(page)];
}

function series(page) {
  return table(["", [words.rank, "num"], [words.p, "num"], [words.score, "num"]], page.series.map((one, i) => {
    const name = fill("run_number", { n: i + 1 });
    return one ? [name, whole(one[0]), chance(one[1]), money(one[2])] : [name, words.not_listed, "", ""];
  }));
}

function findings(kind, page) {
  const ids = page.findings || [];
  if (!ids.length) return el("p", {}, words.no_findings);
  const more = (page.rules || []).reduce((sum, one) => sum + one[1], 0) - ids.length;
  const id = kind === "patient" && !lists.reveal ? "…" : page.id;
  return [
    table([words.rule, [words.n, "num"], [words.amount, "num"]], (page.rules || []).map(([code, n, amount]) => [`${code} ${ruleName(code)}`, whole(n), money(amount)])),
    labels.beyond[kind] && (page.rules || []).reduce((sum, one) => sum + one[2], 0) > page.amount ? el("p", { class: "note" }, words.sum_note) : null,
    more > 0 ? el("p", { class: "note" }, fill("more_findings", { n: ids.length, more: whole(more), id })) : null,
    ids.map((one) => finding(one, detail().findings[one])),
  ];
}

function finding(id, told) {
  const facts_ = el("dl", { class: "facts" }, told.facts.map(([name, text]) => [el("dt", {}, detail().texts[name]), el("dd", {}, text)]));
  return el("article", { class: "finding " + told.level },
    el("p", {}, levelBadge(told.level), " ", el("strong", {}, `${told.rule} ${ruleName(told.rule)}`), " ", told.day, " ",
      told.state ? stateBadge(told.state) : ""),
    el("p", {}, told.reason),
    el("p", { class: "money small" }, joined([
      `${words.charge} ${fill("yuan", { n: money(told.charge) })}`, `${words.fund} ${fill("yuan", { n: money(told.fund) })}`,
      told.packaged ? words.packaged : "", `${words.strength} ${(told.strength || 0).toFixed(2)}`,
    ]), " · ", told.setl ? [words.settlement, " ", settlementLink(told.setl), " · "] : "", el("code", {}, id)),
    el("details", {}, el("summary", {}, words.evidence), facts_, told.lines.length ? lines(told) : null));
}

function lines(told) {
  const heads = [words.line_day, words.line_item, [words.line_count, "num"], [words.line_price, "num"], [words.charge, "num"], [words.fund, "num"], words.settlement];
  return [
    table(heads, told.lines.map(([day, item, count, price, charge, fund, setl]) => [
      day, item, count === null ? "" : String(count), price === null ? "" : String(price), money(charge), money(fund), setl ? settlementLink(setl) : "",
    ])),
    told.more ? el("p", { class: "note" }, fill("more_lines", { n: whole(told.more) })) : null,
  ];
}

function peers(page) {
  const made = [];
  if (page.peer) {
    made.push(el("p", {}, fill("outlier", { place: page.peer.place }), page.peer.excess > 0 ? ` (${fill("excess", { n: money(page.peer.excess) })})` : ""));
    if (page.peer.items.length) made.push(el("ul", {}, page.peer.items.map((item) => el("li", {}, item))));
  }
  if (page.funnels) {
    const shown = page.funnels.map(([place]) => detail().funnels[place]);
    const [of, drawn] = [Math.max(...shown.map((one) => one.of)), Math.max(...shown.map((one) => one.dots.length))];
    made.push(el("p", { class: "note" }, fill("funnel_note", { of: whole(of), some: drawn < of ? fill("funnel_some", { n: whole(drawn) }) : "" })));
    made.push(...page.funnels.flatMap(funnel));
  }
  return made;
}

function advice(page) {
  return page.rules.filter(([code]) => has(rules, code)).map(([code]) => {
    const rule = rules[code];
    const column = (heading, items) => (items.length ? el("div", {}, el("b", {}, heading), el("ul", {}, items.map((item) => el("li", {}, item)))) : null);
    return [
      el("h4", {}, `${code} ${rule.name}`),
      el("div", { class: "columns" }, column(words.benign, rule.benign), column(words.next, rule.next), column(words.basis, rule.basis)),
    ];
  });
}
