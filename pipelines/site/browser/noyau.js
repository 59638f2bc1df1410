// Loads the parts of the data, writes figures as French readers do, keeps the permalink.
// A part is a script: a browser does not fetch a file beside a page that was opened from a folder.
"use strict";
window.vigie = (() => {
  const parts = new Map(), waiting = new Map();
  const commun = () => parts.get("commun");

  function recevoir(name, part) {
    parts.set(name, part);
  }
  function charger(name) {
    if (parts.has(name)) return Promise.resolve(parts.get(name));
    if (!waiting.has(name)) {
      waiting.set(name, new Promise((done) => {
        const script = document.createElement("script");
        script.src = `donnees/${name}.js`;
        script.onload = () => done(parts.get(name));
        script.onerror = () => done(null);
        document.head.append(script);
      }));
    }
    return waiting.get(name);
  }

  const NARROW = "\u202f";
  function nombre(value, digits = 2) {
    if (value === null || value === undefined) return "—";
    const [whole, fraction] = Math.abs(Number(value.toFixed(digits))).toString().split(".");
    const grouped = whole.replace(/\B(?=(\d{3})+$)/g, NARROW);
    return (value < 0 ? "\u2212" : "") + grouped + (fraction ? `,${fraction}` : "");
  }
  const MONTHS = ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
    "novembre", "décembre"];
  function enMots(period) {
    const [year, part] = period.split("-");
    if (!part) return year;
    if (part[0] === "T") return `${part[1] === "1" ? "1ᵉʳ" : part[1] + "ᵉ"} trimestre ${year}`;
    return `${MONTHS[Number(part) - 1]} ${year}`;
  }
  const sorte = (period) => (!period.includes("-") ? "annee" : period.includes("T") ? "trimestre" : "mois");

  function mot(key, values = {}) {
    const text = commun().mots[key];
    if (text === undefined) throw new Error(`mot inconnu : ${key}`);
    return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  }

  // Columns as rows: what is the same in every row was left out.
  function lignes(columns) {
    if (!columns) return [];
    const at = (letter, i, otherwise) => {
      const column = columns[letter];
      if (column === undefined) return otherwise;
      return Array.isArray(column) ? column[i] : column;
    };
    return columns.p.map((p, i) => ({
      p, v: at("v", i, null), t: at("t", i, null), statut: at("s", i, "A"), secret: at("c", i, "F") !== "F",
      rupture: at("r", i, 0) === 1, motif: at("m", i, null), source: at("o", i, null), lot: at("l", i, null),
      numerateur: at("n", i, null), denominateur: at("d", i, null), millesime: at("y", i, null), unite: at("u", i, null),
    }));
  }
  // What a row without a value is: withheld is not missing.
  const secret = (row) => row.secret || (row.motif !== null && commun().motifs_secrets.includes(row.motif));
  function etat(row) {
    if (row.v !== null && row.v !== undefined) {
      return [row.statut === "P" ? mot("provisoire") : "", row.rupture ? mot("rupture") : ""].filter(Boolean).join(", ");
    }
    const why = row.motif === null ? "" : commun().motifs[row.motif];
    const said = secret(row) ? mot("non_publie") : mot("manquant");
    return why ? mot("pourquoi", { etat: said, motif: why.charAt(0).toLowerCase() + why.slice(1) }) : said;
  }

  const permalien = {
    lire() {
      return Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
    },
    ecrire(choices) {
      const kept = Object.entries(choices).filter(([, value]) => value);
      const hash = `#${kept.map(([k, v]) => `${k}=${encodeURIComponent(v)}`).join("&")}`;
      if (location.hash !== hash) history.replaceState(null, "", hash);
    },
    vers: (page, choices) => `${page}#${Object.entries(choices).map(([k, v]) => `${k}=${encodeURIComponent(v)}`).join("&")}`,
  };

  function element(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value === null || value === undefined) continue;
      made.setAttribute(name, value);
    }
    made.append(...children.filter((c) => c !== null && c !== undefined));
    return made;
  }
  // Fills a list of choices, by groups where they are named; returns what is chosen.
  function options(select, groups, chosen) {
    select.replaceChildren();
    for (const { libelle, valeurs } of groups.filter((group) => group.valeurs.length)) {
      const into = libelle ? select.appendChild(element("optgroup", { label: libelle })) : select;
      into.append(...valeurs.map(([value, text]) => element("option", { value }, text)));
    }
    if (chosen) select.value = chosen;
    if (select.selectedIndex < 0) select.selectedIndex = 0;
    return select.value;
  }
  function lieuxParNiveau(kept) {
    const { lieux } = commun();
    const groups = new Map();
    for (const [code, place] of Object.entries(lieux)) {
      if (kept && !kept(code, place)) continue;
      if (!groups.has(place.niveau)) groups.set(place.niveau, []);
      groups.get(place.niveau).push([code, place.libelle]);
    }
    const order = ["departement", "arrondissement", "epci", "commune", "clspd", "service", "groupement", "zone_police",
      "zone_gendarmerie", "poste", "quartier", "region", "france"];
    return order.filter((n) => groups.has(n)).map((niveau) => ({
      libelle: mot(`niveau_${niveau}`), valeurs: groups.get(niveau).sort((a, b) => a[1].localeCompare(b[1], "fr")),
    }));
  }

  return { recevoir, charger, commun, nombre, enMots, sorte, mot, lignes, secret, etat, permalien, element, options,
    lieuxParNiveau };
})();
