// The page of an indicator: choices, series, words of the report, map, where the figure comes from.
"use strict";
(async () => {
  const { charger, mot, nombre, enMots, sorte, lignes, etat, permalien, element, options } = vigie;
  const commun = await charger("commun");
  const $ = (id) => document.getElementById(id);
  const choice = permalien.lire();
  if (!commun.indicateurs[choice.indicateur]) choice.indicateur = document.body.dataset.indicateur;
  let part;

  function choisirIndicateur() {
    const seen = new Set();
    const groups = commun.priorites.map(({ libelle, indicateurs }) => ({
      libelle, valeurs: indicateurs.filter((c) => !seen.has(c) && seen.add(c)).map((c) => [c, commun.indicateurs[c].libelle]),
    }));
    choice.indicateur = options($("choix-indicateur"), groups, choice.indicateur);
  }
  function choisirLieu() {
    const wanted = part.series[choice.lieu] ? choice.lieu : part.series[commun.departement] ? commun.departement : null;
    choice.lieu = options($("choix-lieu"), vigie.lieuxParNiveau((code) => part.series[code]), wanted);
  }
  function choisirPeriode() {
    const series = part.series[choice.lieu];
    const kinds = ["annee", "trimestre", "mois"].filter((kind) => series[kind]);
    const wanted = choice.periode && kinds.includes(sorte(choice.periode)) ? sorte(choice.periode) : kinds[0];
    const kind = options($("choix-pas"), [{ valeurs: kinds.map((k) => [k, mot(`pas_${k}`)]) }], wanted);
    const rows = lignes(series[kind]);
    const known = rows.filter((row) => row.v !== null);
    const last = (known[known.length - 1] || rows[rows.length - 1]).p;
    const periods = rows.map((row) => row.p).reverse();
    const held = periods.includes(choice.periode) ? choice.periode : last;
    choice.periode = options($("choix-periode"), [{ valeurs: periods.map((p) => [p, enMots(p)]) }], held);
    return rows;
  }

  async function ouvrir() {
    choisirIndicateur();
    part = await charger(`indicateurs/${choice.indicateur}`);
    await dessiner();
  }
  async function dessiner() {
    choisirLieu();
    const rows = choisirPeriode();
    permalien.ecrire({ indicateur: choice.indicateur, lieu: choice.lieu, periode: choice.periode });
    const about = commun.indicateurs[choice.indicateur];
    const place = commun.lieux[choice.lieu].libelle;
    $("titre").textContent = about.libelle;
    document.title = `${about.libelle}, ${place} · ${commun.mots.observatoire}`;
    $("definition").textContent = about.definition || "";
    enBref(rows, about, place);
    const title = mot("serie_titre", { indicateur: about.libelle, lieu: place, unite: about.unite });
    $("courbe-titre").textContent = title;
    await vigie.dessin.courbe($("courbe"), rows, about.unite);
    serie(rows, title);
    origine(rows, about);
    ailleurs();
    await voisins(about);
    await cartes();
  }

  function enBref(rows, about, place) {
    const row = rows.find((r) => r.p === choice.periode);
    const told = Object.values((part.lignes[choice.lieu] || {})).find((line) => line.p === choice.periode) || {};
    const value = row.v === null ? etat(row) : `${nombre(row.v)} ${about.unite}`;
    $("valeur").textContent = value;
    $("valeur-ou").textContent = `${place}, ${enMots(choice.periode)}`;
    const said = [
      told.word && `${told.mark ? told.mark + " " : ""}${told.word}${told.reading ? ` (${told.reading})` : ""}${told.change ? `, ${told.change}` : ""}`,
      told.before && mot("un_an_avant", { valeur: told.before }), told.interval && mot("intervalle", { intervalle: told.interval }),
      told.rate, ...(told.beside || []), told.trend, told.signal, told.target, told.baseline, told.state, ...(told.others || []),
    ].filter(Boolean);
    $("bref").replaceChildren(...said.map((text) => element("li", {}, text)));
    const known = rows.filter((r) => r.v !== null);
    $("courbe-phrase").textContent = known.length
      ? mot("courbe_phrase", { n: known.length, sur: rows.length, de: enMots(known[0].p), v1: nombre(known[0].v), a: enMots(known[known.length - 1].p), v2: nombre(known[known.length - 1].v) })
      : mot("courbe_vide");
  }

  function serie(rows, title) {
    const rates = new Map(lignes(part.taux[choice.lieu]).filter((r) => r.t !== null).map((r) => [r.p, r]));
    const units = [...new Set([...rates.values()].map((r) => commun.unites[r.unite]))];
    const heads = [mot("periode"), mot("valeur"), ...(rates.size ? [mot("taux")] : []), mot("etat"), mot("source")];
    const cells = [...rows].reverse().map((row) => {
      const rate = rates.get(row.p);
      return [
        { texte: enMots(row.p), href: permalien.vers("", { ...choice, periode: row.p }) },
        row.v === null ? "—" : { texte: nombre(row.v), v: row.v },
        ...(rates.size ? [rate ? { texte: nombre(rate.t), v: rate.t } : "—"] : []),
        etat(row), commun.sources[row.source].libelle,
      ];
    });
    vigie.tableau.faire($("serie"), {
      legende: units.length ? mot("legende_taux", { titre: title, unite: units.join(", ") }) : title,
      nom: `${choice.indicateur}-${choice.lieu}-${sorte(choice.periode)}`,
      colonnes: heads.map((titre, i) => ({ titre, nombre: i === 1 || (i === 2 && rates.size > 0) })), lignes: cells,
    });
  }

  function origine(rows, about) {
    const row = rows.find((r) => r.p === choice.periode);
    const rate = lignes(part.taux[choice.lieu]).find((r) => r.p === choice.periode && r.t !== null);
    const lots = row.lot === null || !commun.livraisons.length ? null : commun.livraisons[row.lot];
    const source = commun.sources[row.source];
    const said = [
      [mot("source"), mot("source_raison", { source: source.libelle, raison: source.raison })],
      [mot("livraisons"), lots ? lots.join(" ; ") : mot(commun.edition === "publique" ? "livraisons_tues" : "livraisons_inconnues")],
      about.index_4001 && [mot("index"), about.index_4001],
      about.unites_compte && [mot("unite_compte"), about.unites_compte],
      [mot("statut"), etat(row) || mot("definitif")],
      [mot("ruptures"), part.ruptures.length ? part.ruptures.join(" ; ") : mot("aucune")],
      [mot("denominateur"), rate ? mot("denominateur_dit", { n: nombre(rate.denominateur), quoi: about.denominateur || "", millesime: rate.millesime }) : mot("sans_taux")],
      about.note && [mot("note"), about.note],
    ].filter(Boolean);
    $("origine").replaceChildren(...said.flatMap(([head, text]) => [element("dt", {}, head), element("dd", {}, text)]));
  }

  // What counts the same thing elsewhere, with the word of the table and the difference.
  function ailleurs() {
    const found = part.correspondances;
    $("ailleurs").hidden = found.length === 0;
    $("ailleurs-liste").replaceChildren(...found.flatMap((other) => {
      const said = mot("correspondance_dite", other).trim();
      const known = commun.indicateurs[other.code];
      const text = known ? element("a", { href: permalien.vers("indicateur.html", { indicateur: other.code }) }, said) : said;
      return [element("dt", {}, mot(`cadre_${other.cadre}`)), element("dd", {}, text)];
    }));
  }

  // The département among its neighbours: the year that is chosen, or the last that is compared.
  async function voisins(about) {
    const years = Object.keys(part.voisins).sort();
    $("sans-voisins").hidden = years.length > 0;
    $("voisins-corps").hidden = years.length === 0;
    if (!years.length) return;
    const ranked = years.filter((y) => part.voisins[y].rang);
    const year = years.includes(choice.periode.slice(0, 4)) ? choice.periode.slice(0, 4) : (ranked.length ? ranked : years).slice(-1)[0];
    const held = part.voisins[year];
    const place = commun.lieux[commun.departement].libelle;
    const title = mot("voisins_titre", { indicateur: about.libelle, annee: year, unite: held.unite });
    $("voisins-rang").textContent = held.rang ? mot("voisins_rang", { rang: held.rang, intervalle: held.intervalle, annee: year }) : mot("voisins_sans_rang", { annee: year });
    $("voisins-phrase").textContent = held.rang ? mot("voisins_lecture") : held.pourquoi;
    $("entonnoir").hidden = $("entonnoir-lecture").hidden = !held.entonnoir;
    if (held.entonnoir) await vigie.dessin.entonnoir($("entonnoir"), held, place);
    const why = held.membres.some(([, , , , , , reason]) => reason);
    const heads = [mot("territoire"), mot("taux"), mot("voisins_nombre"), mot(`voisins_${held.taille}`), ...(why ? [mot("raison")] : [])];
    vigie.tableau.faire($("voisins-tableau"), {
      legende: title, nom: `${choice.indicateur}-voisins-${year}`,
      colonnes: heads.map((titre, i) => ({ titre, nombre: i > 0 && i < 4 })),
      lignes: held.membres.map(([, , name, rate, count, n, reason]) => [name, ...[rate, count, n].map((v) => (v === null ? "—" : { texte: nombre(v), v })), ...(why ? [reason] : [])]),
    });
    $("voisins-source").textContent = mot("voisins_source", { source: held.source, reserve: held.reserve ? `, ${held.reserve}` : "", recensement: held.recensement || "—" });
  }

  async function cartes() {
    const levels = commun.cartes.filter((level) => part.cartes[level]);
    $("carte-bloc").hidden = levels.length === 0;
    $("sans-carte").hidden = levels.length > 0;
    if (!levels.length) return;
    const own = commun.lieux[choice.lieu].niveau;
    const level = options($("choix-niveau"), [{ valeurs: levels.map((l) => [l, mot(`niveau_${l}`)]) }],
      levels.includes($("choix-niveau").value) ? $("choix-niveau").value : levels.includes(own) ? own : levels[0]);
    const years = part.cartes[level].annees;
    const year = years.includes(choice.periode.slice(0, 4)) ? choice.periode.slice(0, 4) : years[years.length - 1];
    await vigie.cartographie.montrer({ phrase: $("carte-phrase"), carte: $("carte"), origine: $("carte-origine"), tableau: $("carte-tableau") }, part, level, year, choice.lieu);
  }

  const change = (id, key, then) => $(id).addEventListener("change", () => { if (key) choice[key] = $(id).value; then(); });
  change("choix-indicateur", "indicateur", ouvrir);
  change("choix-lieu", "lieu", dessiner);
  change("choix-periode", "periode", dessiner);
  $("choix-pas").addEventListener("change", () => {
    const rows = lignes(part.series[choice.lieu][$("choix-pas").value]).filter((r) => r.v !== null);
    choice.periode = rows.length ? rows[rows.length - 1].p : lignes(part.series[choice.lieu][$("choix-pas").value])[0].p;
    dessiner();
  });
  change("choix-niveau", null, cartes);
  addEventListener("hashchange", () => { Object.assign(choice, permalien.lire()); ouvrir(); });
  let wait;
  let width = document.documentElement.clientWidth;
  addEventListener("resize", () => {
    if (document.documentElement.clientWidth === width) return;
    width = document.documentElement.clientWidth;
    clearTimeout(wait);
    wait = setTimeout(dessiner, 200);
  });
  await ouvrir();
  document.body.dataset.pret = "oui";
})();
