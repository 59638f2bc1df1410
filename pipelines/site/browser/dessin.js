// Charts and maps, by the one copy of Vega of the folder, from the templates that the report is drawn with.
"use strict";
vigie.dessin = (() => {
  const { commun, mot, nombre } = vigie;
  const TEXT = 12, LARGEST = 720;
  const copy = (value) => JSON.parse(JSON.stringify(value));
  const wide = (box) => Math.max(240, Math.min(LARGEST, box.clientWidth - 10));

  async function montrer(box, spec) {
    await vegaEmbed(box, spec, { renderer: "svg", actions: false, formatLocale: commun().gabarits.nombres, tooltip: false });
    const drawn = box.querySelector("svg");
    // The page tells each drawing in a sentence, and a table beside gives its figures.
    drawn.setAttribute("aria-hidden", "true");
    for (const inner of drawn.querySelectorAll("[role],[aria-label],[aria-roledescription],[tabindex]")) {
      for (const name of ["role", "aria-label", "aria-roledescription", "tabindex"]) inner.removeAttribute(name);
    }
    return drawn;
  }

  function etatDe(row) {
    if (row.v === null) return vigie.secret(row) ? "non publié" : "manquant";
    return row.statut === "P" ? "provisoire" : "définitif";
  }

  async function courbe(box, rows, unit) {
    const spec = copy(commun().gabarits.courbe);
    const periods = rows.map((row) => row.p);
    const values = rows.map((row, n) => ({ p: row.p, v: row.v, b: null, h: null, e: etatDe(row), r: row.rupture, n }));
    const known = values.filter((row) => row.v !== null);
    const top = Math.max(0, ...known.map((row) => row.v));
    const whole = known.every((row) => Number.isInteger(row.v));
    spec.data = { values };
    spec.width = wide(box) - 64;
    spec.height = 220;
    for (const { encoding } of spec.layer) {
      if (encoding.x) {
        Object.assign(encoding.x, { sort: periods, scale: { domain: periods } });
        Object.assign(encoding.x.axis, { labelFontSize: TEXT, labelSeparation: 6 });
      }
      if (encoding.y) {
        encoding.y.title = null;
        encoding.y.axis = { labelFontSize: TEXT, tickCount: whole ? Math.max(1, Math.min(4, top)) : 4, format: whole ? ",d" : ",.2~f" };
      }
    }
    if (known.length) {
      const last = known[known.length - 1];
      spec.layer.push({
        data: { values: [{ ...last, texte: nombre(last.v) }] },
        mark: { type: "text", align: "right", dx: 6, dy: -11, fontSize: 13, fontWeight: "bold" },
        encoding: { x: copy(spec.layer[2].encoding.x), y: copy(spec.layer[2].encoding.y), text: { field: "texte", type: "nominal" } },
      });
    }
    spec.config = { ...spec.config, autosize: { type: "pad" } };
    await montrer(box, spec);
  }

  async function entonnoir(box, held, own) {
    const spec = copy(commun().gabarits.entonnoir);
    const shown = held.membres.filter(([role, , , rate]) => (role === "departement" || role === "voisin") && rate !== null);
    spec.datasets = {
      limites: held.entonnoir.limites.map(([n, b95, h95, b998, h998]) => ({ n, b95, h95, b998, h998, c: held.entonnoir.centre })),
      points: shown.map(([role, code, name, t, , n]) => ({ n, t, s: role === "departement" ? 1 : 0, d: role === "departement" ? own : code.slice(4) })),
    };
    spec.width = wide(box) - 64;
    spec.height = 260;
    for (const { encoding } of spec.layer) {
      encoding.x.title = held.taille;
      Object.assign(encoding.x.axis, { labelFontSize: TEXT, titleFontSize: TEXT });
      Object.assign(encoding.y.axis, { labelFontSize: TEXT });
    }
    spec.config = { ...spec.config, autosize: { type: "pad" } };
    await montrer(box, spec);
  }

  // The class of a rate: as Python cuts them (pipelines/maps/classes.py).
  function classe(rate, map) {
    if (map.zero && rate === 0) return map.classes[0];
    let rank = 0;
    for (const bound of map.bornes.slice(1, -1)) if (rate >= bound) rank += 1;
    return map.classes[rank + (map.zero ? 1 : 0)];
  }

  // `areas`: code → {classe}; a contour that it has not is without a territory.
  async function carte(box, contours, areas, map, title, chosen) {
    const spec = copy(commun().gabarits.carte);
    const { absences, teintes, lieux } = commun();
    const values = contours.map((feature) => {
      const code = feature.properties.code;
      return { ...feature, properties: { code, nom: lieux[code] ? lieux[code].libelle : "", classe: areas[code] || absences.hors } };
    });
    const there = new Set(values.map((v) => v.properties.classe));
    const fills = new Map(map.classes.map((label, i) => [label, map.teintes[i]]));
    for (const absence of Object.values(absences)) if (there.has(absence)) fills.set(absence, teintes[absence]);
    const width = wide(box);
    spec.data = { values };
    spec.width = width;
    spec.height = Math.round(width * 0.92);
    const { color } = spec.encoding;
    color.scale = { domain: [...fills.keys()], range: [...fills.values()] };
    Object.assign(color.legend, { title, titleLimit: width, columns: width < 460 ? 1 : 2, labelFontSize: TEXT, titleFontSize: TEXT });
    if (chosen) {
      const stroke = { condition: { test: `datum.properties.code === ${JSON.stringify(chosen)}`, value: "#1b1f24" }, value: "#ffffff" };
      spec.encoding.stroke = stroke;
      spec.encoding.strokeWidth = { ...stroke, condition: { ...stroke.condition, value: 2.5 }, value: 0.5 };
    }
    spec.encoding.key = { field: "properties.code" };
    await montrer(box, spec);
  }

  return { courbe, carte, classe, entonnoir };
})();
