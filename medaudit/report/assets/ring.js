// What the page of a ring adds: who was there when, the members, and pictures made beforehand.

function ring(told) {
  return [
    el("ul", {}, told.summary.map((item) => el("li", {}, item))),
    el("h4", {}, words.presence),
    el("p", { class: "note" }, words.presence_note),
    matrix(told),
    told.of[0] > told.members.length || told.of[1] > told.sessions.length
      ? el("p", { class: "note" }, fill("more_presence", { rows: told.of[0], columns: told.of[1] })) : null,
    told.pictures.map(([name, svg]) => [el("h4", {}, name), given(name, svg)]),
    el("h4", {}, words.members),
    table([words.person, words.name, [words.age, "num"], words.address, [words.there, "num"], [words.partners, "num"], [words.fund, "num"]],
      told.members.map(([who, name, age, address, times, partners, fund]) => [who, name, age === null ? "" : String(age), address, whole(times), whole(partners), money(fund)])),
    el("h4", {}, words.together),
    table([[words.number, "num"], words.line_day, words.time, words.place, [words.people, "num"]],
      told.sessions.map(([day, clock, place, people, number]) => [String(number), day, clock, place, String(people)])),
  ];
}

// Members × sessions. Present: a filled square with a sign in it; absent: a dot.
function matrix(told) {
  const left = 170, top = 92, cell = 18, made = [];
  told.sessions.forEach(([day], j) => {
    const x = left + j * cell + 13;
    made.push(label(x, top - 8, day, { "font-size": 11, transform: `rotate(-90 ${x} ${top - 8})` }));
  });
  told.presence.forEach((row, i) => {
    const y = top + i * cell;
    made.push(label(left - 8, y + 13, told.members[i][0], { "font-size": 11, "text-anchor": "end" }));
    row.forEach((late, j) => {
      const x = left + j * cell;
      if (late < 0) {
        made.push(sv("circle", { class: "heat1", cx: x + 9, cy: y + 9, r: 1.5 }));
        return;
      }
      const shade = 4 - Math.min(2, Math.floor(late / 7.5));
      made.push(sv("rect", { class: "heat" + shade, x: x + 1, y: y + 1, width: cell - 2, height: cell - 2 },
        tip(`${told.members[i][0]} · ${told.sessions[j][0]} ${told.sessions[j][1]} +${late} min`)));
    });
  });
  return picture(Math.max(480, left + told.sessions.length * cell + 10), top + told.presence.length * cell + 8, words.presence, made);
}

// A picture that was drawn beforehand, taken in as SVG and nothing else.
function given(name, text) {
  const drawn = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  if (drawn.nodeName !== "svg") return null;
  const svg = document.importNode(drawn, true);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", name);
  return el("div", { class: "picture given" }, svg);
}
