// The sheet of a place: all that is known there, beside its département and the places most like it.
"use strict";
(async () => {
  const { charger, mot, nombre, lignes, etat, permalien, element, options } = vigie;
  const commun = await charger("commun");
  const $ = (id) => document.getElementById(id);
  const choice = permalien.lire();
  const LIKE = 5;
  // From what is near to what is far.
  const NEAR = ["quartier", "poste", "commune", "epci", "clspd", "arrondissement", "service", "groupement", "zone_police",
    "zone_gendarmerie", "departement", "region", "france"];
  if (!commun.lieux[choice.lieu]) choice.lieu = commun.departement;

  const nom = (code) => commun.lieux[code].libelle;
  const fiche = (code) => element("a", { href: permalien.vers("lieu.html", { lieu: code, indicateur: choice.indicateur || "" }) }, nom(code));
  const dernier = (rows, key) => rows.filter((r) => r[key] !== null).pop();

  async function ouvrir() {
    choice.lieu = options($("choix-lieu"), vigie.lieuxParNiveau(), choice.lieu);
    const part = await charger(`lieux/${choice.lieu}`);
    const whole = await charger(`lieux/${commun.departement}`);
    const place = commun.lieux[choice.lieu];
    $("titre").textContent = place.libelle;
    document.title = `${place.libelle} · ${commun.mots.observatoire}`;
    $("niveau").textContent = [mot(`un_${place.niveau}`), place.population !== undefined
      ? mot("population_dite", { n: nombre(place.population), millesime: place.millesime }) : mot("population_inconnue")].join(" · ");
    liens("dans", commun.dans[choice.lieu] || []);
    liens("contient", Object.keys(commun.dans).filter((code) => commun.dans[code].includes(choice.lieu)));
    connu(part, whole);
    await detail(part);
    permalien.ecrire({ lieu: choice.lieu, indicateur: choice.indicateur });
  }

  function liens(id, codes) {
    $(id).hidden = codes.length === 0;
    const rank = (code) => NEAR.indexOf(commun.lieux[code].niveau);
    const links = codes.sort((a, b) => rank(a) - rank(b) || nom(a).localeCompare(nom(b), "fr")).map((code) => element("li", {}, fiche(code)));
    $(`${id}-liste`).replaceChildren(...links);
  }

  function connu(part, whole) {
    const codes = Object.keys(part.series);
    $("rien").hidden = codes.length > 0;
    $("connu").hidden = codes.length === 0;
    if (!codes.length) return;
    const there = choice.lieu === commun.departement;
    const rows = codes.map((code) => {
      const about = commun.indicateurs[code];
      const all = lignes(part.series[code]);
      const row = dernier(all, "v") || all[all.length - 1];
      const before = all.find((r) => Number(r.p) === Number(row.p) - 1);
      const rate = lignes(part.taux[code]).find((r) => r.p === row.p && r.t !== null);
      const beside = there || !rate ? null : lignes(whole.taux[code]).find((r) => r.p === row.p && r.t !== null);
      const figure = (value) => (value === null || value === undefined ? "—" : { texte: nombre(value), v: value });
      return [
        { texte: about.libelle, href: permalien.vers("lieu.html", { lieu: choice.lieu, indicateur: code }) },
        figure(row.v), row.p, figure(rate && rate.t), ...(there ? [] : [figure(beside && beside.t)]),
        rate ? commun.unites[rate.unite] : "", figure(before && before.v), about.unite, etat(row),
      ];
    });
    const heads = [mot("indicateur"), mot("valeur"), mot("annee"), mot("taux"), ...(there ? [] : [mot("taux_departement")]),
      mot("unite_taux"), mot("annee_avant"), mot("unite"), mot("etat")];
    const figures = there ? [1, 3, 5] : [1, 3, 4, 6];
    vigie.tableau.faire($("connu-tableau"), {
      legende: mot("connu_legende", { lieu: nom(choice.lieu) }), nom: choice.lieu,
      colonnes: heads.map((titre, i) => ({ titre, nombre: figures.includes(i) })), lignes: rows,
    });
  }

  async function detail(part) {
    const codes = Object.keys(part.series);
    $("detail").hidden = codes.length === 0;
    if (!codes.length) return;
    const wanted = codes.includes(choice.indicateur) ? choice.indicateur : codes[0];
    choice.indicateur = options($("choix-indicateur"), [{ valeurs: codes.map((c) => [c, commun.indicateurs[c].libelle]) }], wanted);
    const rows = lignes(part.series[choice.indicateur]);
    const about = commun.indicateurs[choice.indicateur];
    $("courbe-titre").textContent = mot("serie_titre", { indicateur: about.libelle, lieu: nom(choice.lieu), unite: about.unite });
    await vigie.dessin.courbe($("courbe"), rows, about.unite);
    $("vers-indicateur").href = permalien.vers("indicateur.html", { indicateur: choice.indicateur, lieu: choice.lieu });
    vigie.tableau.faire($("serie"), {
      legende: $("courbe-titre").textContent, nom: `${choice.indicateur}-${choice.lieu}`,
      colonnes: [{ titre: mot("annee") }, { titre: mot("valeur"), nombre: true }, { titre: mot("etat") }],
      lignes: [...rows].reverse().map((r) => [r.p, r.v === null ? "—" : { texte: nombre(r.v), v: r.v }, etat(r)]),
    });
    await semblables();
  }

  // The places of the same level whose population is nearest: nothing is averaged, each is named with its own figures.
  async function semblables() {
    const own = commun.lieux[choice.lieu];
    const part = await charger(`indicateurs/${choice.indicateur}`);
    const like = Object.keys(commun.lieux).filter((code) => commun.lieux[code].niveau === own.niveau && code !== choice.lieu
      && part.series[code] && part.series[code].annee && commun.lieux[code].population !== undefined);
    $("semblables").hidden = own.population === undefined || like.length === 0;
    if ($("semblables").hidden) return;
    const far = (code) => Math.abs(Math.log(commun.lieux[code].population / own.population));
    const chosen = like.sort((a, b) => far(a) - far(b)).slice(0, LIKE);
    const rows = [choice.lieu, ...chosen, ...(choice.lieu === commun.departement ? [] : [commun.departement])].map((code) => {
      const all = part.series[code] ? lignes(part.series[code].annee) : [];
      const row = dernier(all, "v") || all[all.length - 1];
      const rate = row && lignes(part.taux[code]).find((r) => r.p === row.p && r.t !== null);
      const { population } = commun.lieux[code];
      return [
        { texte: nom(code), href: permalien.vers("lieu.html", { lieu: code, indicateur: choice.indicateur }) },
        rate ? { texte: nombre(rate.t), v: rate.t } : "—", row && row.v !== null ? { texte: nombre(row.v), v: row.v } : "—",
        row ? row.p : "—", population === undefined ? "—" : { texte: nombre(population), v: population },
        row ? etat(row) : mot("manquant"),
      ];
    });
    const heads = [mot("territoire"), mot("taux"), mot("valeur"), mot("annee"), mot("population"), mot("etat")];
    vigie.tableau.faire($("semblables-tableau"), {
      legende: mot("semblables_legende", { indicateur: commun.indicateurs[choice.indicateur].libelle }), nom: `${choice.indicateur}-semblables-${choice.lieu}`,
      colonnes: heads.map((titre, i) => ({ titre, nombre: [1, 2, 4].includes(i) })), lignes: rows,
    });
  }

  $("choix-lieu").addEventListener("change", () => { choice.lieu = $("choix-lieu").value; ouvrir(); });
  $("choix-indicateur").addEventListener("change", () => { choice.indicateur = $("choix-indicateur").value; ouvrir(); });
  addEventListener("hashchange", () => { Object.assign(choice, permalien.lire()); ouvrir(); });
  await ouvrir();
  document.body.dataset.pret = "oui";
})();
