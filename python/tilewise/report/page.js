"use strict";
(() => {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const figures = read("figures");
  const explorers = read("data").explorers || {};
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const webgl = (() => {
    const canvas = document.createElement("canvas");
    return Boolean(canvas.getContext("webgl2") || canvas.getContext("webgl"));
  })();

  // Elements hold names as texts, never as markup.
  function make(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }
  // Plotly reads tags in texts.
  const shown = (text) =>
    text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  const number = (value) =>
    Math.abs(value) < 1e5 && value % 1 ? String(Number(value.toPrecision(6))) : value.toLocaleString("en");

  function look(layout, div) {
    const narrow = div.clientWidth < 600;
    const axis = {
      gridcolor: colour("--line"), linecolor: colour("--line"), zerolinecolor: colour("--line"),
      tickfont: { size: narrow ? 10 : 12 },
    };
    const made = {
      ...layout, showlegend: false, autosize: true,
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
      font: { color: colour("--ink"), family: "system-ui, sans-serif", size: 12 },
      margin: { l: narrow ? 48 : 60, r: narrow ? 8 : 20, t: 32, b: 56 },
      modebar: { bgcolor: "rgba(0,0,0,0)", color: colour("--soft"), activecolor: colour("--accent") },
      hoverlabel: { bgcolor: colour("--panel"), bordercolor: colour("--line"), font: { color: colour("--ink"), size: 12 }, align: "left" },
      xaxis: { ...layout.xaxis, ...axis }, yaxis: { ...layout.yaxis, ...axis },
    };
    if (narrow && layout.xaxis.ticktext && !(layout.yaxis.ticktext && layout.yaxis.autorange && layout.xaxis.ticktext.length < 12)) {
      const step = Math.ceil(layout.xaxis.ticktext.length / 24);
      const every = (list) => list.filter((_, at) => at % step === 0);
      made.xaxis.tickvals = every(layout.xaxis.tickvals);
      made.xaxis.ticktext = every(layout.xaxis.ticktext);
    }
    return made;
  }

  function traces(data) {
    return data.map((trace) => {
      const made = { ...trace };
      if (!webgl && made.type === "scattergl") made.type = "scatter";
      if (made.marker && made.marker.colorbar) {
        made.marker = { ...made.marker, colorbar: { ...made.marker.colorbar, outlinewidth: 0 } };
      }
      if (made.type === "parcoords") {
        made.labelfont = { size: 11 };
        made.rangefont = { size: 10 };
        made.labelangle = -20;
      }
      return made;
    });
  }

  const config = { responsive: true, displaylogo: false, modeBarButtons: [["toImage", "zoom2d", "pan2d", "resetScale2d"]] };

  function legend(div, data) {
    if (data.length < 2) return;
    const list = make("div", { class: "legend" });
    data.forEach((trace, at) => {
      const mark = make("i");
      const line = trace.line || (trace.marker && trace.marker.line && trace.marker.symbol && trace.marker.line);
      mark.style.background = (line || trace.marker).color || "#21918c";
      if (line) mark.className = "dash";
      const button = make("button", { type: "button", "aria-pressed": String(trace.visible !== "legendonly") });
      const name = new DOMParser().parseFromString(trace.name, "text/html").body.textContent;
      button.append(mark, name);
      button.addEventListener("click", () => {
        const on = button.getAttribute("aria-pressed") !== "true";
        button.setAttribute("aria-pressed", String(on));
        Plotly.restyle(div, { visible: on ? true : "legendonly" }, [at]);
      });
      list.append(button);
    });
    div.before(list);
  }

  function draw(div) {
    const { data, layout } = figures[div.id];
    if (data[0].type === "parcoords" && !webgl) {
      div.style.height = "auto";
      div.textContent = "This figure needs WebGL, which the browser does not have.";
      return Promise.resolve();
    }
    if (data[0].type === "parcoords") {
      div.style.minWidth = `${data[0].dimensions.length * 90}px`;
      if (!div.parentElement.classList.contains("wide")) {
        const frame = make("div", { class: "wide", tabindex: "0" });
        div.replaceWith(frame);
        frame.append(div);
      }
    }
    const made = look(layout, div);
    if (data[0].type === "parcoords") made.margin = { l: 70, r: 50, t: 90, b: 24 };
    legend(div, data);
    if (explorers[div.id]) return explore(div, explorers[div.id], traces(data), made);
    const still = data[0].type === "parcoords" ? { modeBarButtons: [["toImage"]] } : {};
    return Plotly.newPlot(div, traces(data), made, { ...config, ...still });
  }

  function doubles(text) {
    const read = atob(text);
    const bytes = new Uint8Array(read.length);
    for (let at = 0; at < read.length; ++at) bytes[at] = read.charCodeAt(at);
    return new Float64Array(bytes.buffer);
  }

  // The rows that no other beats in x and y, by rising x; of equal ones the first.
  function front(x, y) {
    const sign = (column) => (column.most ? -1 : 1);
    const a = (row) => sign(x) * x.values[row];
    const b = (row) => sign(y) * y.values[row];
    const rows = [];
    for (let row = 0; row < x.values.length; ++row) {
      if (!Number.isNaN(x.values[row]) && !Number.isNaN(y.values[row])) rows.push(row);
    }
    rows.sort((p, q) => a(p) - a(q) || b(p) - b(q) || p - q);
    let least = Infinity;
    const kept = rows.filter((row) => {
      const better = b(row) < least;
      least = Math.min(least, b(row));
      return better;
    });
    return kept.sort((p, q) => x.values[p] - x.values[q]);
  }

  function explore(div, found, [points, steps], layout) {
    const columns = found.columns;
    for (const each of Object.values(columns)) each.values = doubles(each.doubles);
    const chosen = { x: found.x, y: found.y, by: found.by };
    const places = document.getElementById(`${div.id}-choices`);
    const card = document.getElementById(`${div.id}-card`);
    const narrow = div.clientWidth < 600;
    let kept = -1;

    const ticks = ({ words }) =>
      words.length ? { tickmode: "array", tickvals: words.map((_, at) => at), ticktext: words.map(shown) } : {};
    const axis = (old, column) => {
      const { tickmode, tickvals, ticktext, range, ...rest } = old;
      return { ...rest, ...ticks(column), title: { text: shown(column.title) }, autorange: true };
    };

    // Traces and layout for the columns that are chosen.
    function current() {
      const x = columns[chosen.x];
      const y = columns[chosen.y];
      const by = columns[chosen.by];
      const best = front(x, y);
      const bar = {
        title: { text: shown(by.title), side: narrow ? "top" : "right" }, thickness: 12, outlinewidth: 0,
        ...(narrow ? { orientation: "h", y: -0.18, yanchor: "top" } : {}),
        ...ticks(by),
      };
      const told = `${shown(found.title)} %{customdata}<br>${shown(x.title)}: %{x}<br>${shown(y.title)}: %{y}<extra></extra>`;
      const at = (column) => best.map((row) => column.values[row]);
      const { hovertext, ...rest } = points;
      return [[
        {
          ...rest, x: x.values, y: y.values, customdata: columns.index.values,
          hovertemplate: told, hoverinfo: "all", marker: { ...points.marker, color: by.values, colorbar: bar },
        },
        { ...steps, x: at(x), y: at(y), line: { ...steps.line, shape: x.most ? "vh" : "hv" } },
      ], { ...layout, xaxis: axis(layout.xaxis, x), yaxis: axis(layout.yaxis, y) }];
    }

    // The indices of the rows that are drawn where this one is.
    function sameplace(row) {
      const [x, y] = [columns[chosen.x].values, columns[chosen.y].values];
      return [...columns.index.values].filter((_, each) => x[each] === x[row] && y[each] === y[row]);
    }

    function tell(row) {
      const index = columns.index.values[row];
      const list = make("dl");
      for (const name of found.axes) {
        const column = columns[name];
        const value = column.values[row];
        const words = column.words.length ? column.words[value] : Number.isNaN(value) ? "" : number(value);
        list.append(make("div", {}, make("dt", {}, column.title), make("dd", {}, words)));
      }
      const head = make("h3", {}, `${found.title} ${index}`);
      card.replaceChildren(head);
      const here = sameplace(row);
      if (here.length > 1) {
        const more = here.length > 12 ? ", ..." : "";
        card.append(make("p", {}, `${here.length} coincide here: ${here.slice(0, 12).join(", ")}${more}`));
      }
      if (found.architectures) card.append(...drawing(found.architectures[row], found.choices));
      card.append(list);
      const link = found.links && found.links[index];
      if (link) card.append(make("a", { href: link }, "its architecture file"));
    }

    for (const [key, words] of [["x", "across"], ["y", "up"], ["by", "colour"]]) {
      const select = make("select", { name: key });
      for (const name of found.axes) select.append(make("option", { value: name }, columns[name].title));
      select.value = chosen[key];
      select.addEventListener("change", () => {
        chosen[key] = select.value;
        Plotly.react(div, ...current(), config);
      });
      places.append(make("label", {}, words, select));
    }
    const plot = Plotly.newPlot(div, ...current(), config);
    div.on("plotly_hover", ({ points: [point] }) => {
      if (kept < 0 && point.curveNumber === 0) tell(point.pointNumber);
    });
    div.on("plotly_click", ({ points: [point] }) => {
      if (point.curveNumber !== 0) return;
      kept = kept === point.pointNumber ? -1 : point.pointNumber;
      card.classList.toggle("kept", kept >= 0);
      tell(point.pointNumber);
    });
    return plot;
  }

  const inks = ["#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#999999"];

  // A cell "|op~0|+|op~0|op~1|" as a graph, numbers of choices as a row of their names, any other
  // text as a row of its parts.
  function drawing(text, choices) {
    if (choices) {
      const named = text.split(",").map((each) => choices[each]);
      return [make("div", { class: "blocks" }, ...named.map((each) => make("span", {}, each)))];
    }
    if (!/^\|.*~\d+\|$/.test(text)) {
      const parts = text.split(/[|,:+\-_ ]+/).filter(Boolean);
      return [make("div", { class: "blocks" }, ...parts.map((each) => make("span", {}, each)))];
    }
    const edges = text.split("+").flatMap((node, at) =>
      node.split("|").filter(Boolean).map((edge) => {
        const [op, from] = edge.split("~");
        return { op, from: Number(from), to: at + 1 };
      }));
    const kinds = [...new Set(edges.map((each) => each.op))].sort();
    const ink = (op) => (op === "none" ? "transparent" : inks[kinds.indexOf(op) % inks.length]);
    const nodes = text.split("+").length + 1;
    const space = "http://www.w3.org/2000/svg";
    const put = (parent, tag, attributes) => {
      const made = document.createElementNS(space, tag);
      for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
      parent.append(made);
      return made;
    };
    const gap = 110;
    const width = (nodes - 1) * gap + 50;
    const base = 20 + (nodes - 2) * 34;
    const svg = document.createElementNS(space, "svg");
    svg.setAttribute("viewBox", `0 0 ${width} ${base + 30}`);
    svg.setAttribute("width", String(width));
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", text);
    const place = (node) => 25 + node * gap;
    for (const { op, from, to } of edges) {
      const [a, b] = [place(from), place(to)];
      const top = base - (to - from - 1) * 68;
      put(svg, "path", {
        d: `M ${a + 14} ${base} Q ${(a + b) / 2} ${top} ${b - 14} ${base}`, fill: "none",
        stroke: ink(op), "stroke-width": 4, "stroke-dasharray": op.startsWith("skip") ? "2 5" : "none",
      });
    }
    for (let node = 0; node < nodes; ++node) {
      put(svg, "circle", { cx: place(node), cy: base, r: 14, fill: colour("--back"), stroke: "currentColor" });
      const label = put(svg, "text", { x: place(node), y: base + 5, "text-anchor": "middle", fill: "currentColor", "font-size": 13 });
      label.textContent = String(node);
    }
    const list = make("ul", { class: "edges" }, ...edges.map(({ op, from, to }) => {
      const mark = make("i");
      mark.style.background = ink(op);
      return make("li", {}, mark, `${from} to ${to}: ${op}`);
    }));
    return [svg, list];
  }

  function sortable(table) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, at) => head.firstElementChild.addEventListener("click", () => {
      const rising = head.getAttribute("aria-sort") === (head.className ? "descending" : null)
        || head.getAttribute("aria-sort") === "descending";
      heads.forEach((each) => each.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", rising ? "ascending" : "descending");
      const key = (row) => {
        const cell = row.cells[at];
        return cell.dataset.value === undefined ? cell.textContent : Number(cell.dataset.value);
      };
      const order = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "en", { numeric: true }));
      const rows = [...table.tBodies[0].rows];
      rows.sort((a, b) => (rising ? order(key(a), key(b)) : order(key(b), key(a))));
      table.tBodies[0].append(...rows);
    }));
  }

  const views = [...document.querySelectorAll(".view")];
  const drawn = new Set();
  function drawShown() {
    const open = [...document.querySelectorAll(".figure")].filter(
      (div) => !drawn.has(div) && !div.closest("[hidden]"));
    open.forEach((div) => drawn.add(div));
    return Promise.all(open.map(draw));
  }
  if (views.length > 1) {
    const select = make("select", { name: "view" });
    views.forEach((view) => select.append(make("option", {}, view.dataset.name)));
    select.addEventListener("change", () => {
      views.forEach((view, at) => { view.hidden = at !== select.selectedIndex; });
      drawShown();
    });
    document.getElementById("views").append(make("label", {}, "show", select));
  }
  document.querySelectorAll("table").forEach(sortable);
  scheme.addEventListener("change", () => drawn.forEach((div) => {
    if (!div.layout) return;
    const ink = { color: colour("--ink") };
    const made = { "font.color": ink.color, "hoverlabel.bgcolor": colour("--panel"), "hoverlabel.font.color": ink.color };
    for (const axis of ["xaxis", "yaxis"]) {
      for (const key of ["gridcolor", "linecolor", "zerolinecolor"]) made[`${axis}.${key}`] = colour("--line");
    }
    Plotly.relayout(div, made);
  }));
  drawShown().then(() => {
    document.documentElement.dataset.ready = String(Math.round(performance.now()));
  });
})();
