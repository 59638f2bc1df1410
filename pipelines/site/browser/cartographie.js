// A map of an indicator and the table under it, of a level and a year.
"use strict";
vigie.cartographie = (() => {
  const { charger, commun, mot, nombre, lignes, secret, permalien } = vigie;

  // What a place is on the map: its class, or which absence.
  function lecture(part, map, code, year) {
    const { absences } = commun();
    const rates = lignes(part.taux[code]).filter((row) => row.p === year);
    const known = rates.find((row) => row.t !== null);
    if (known) return { taux: known, classe: vigie.dessin.classe(known.t, map) };
    const counts = part.series[code] ? lignes(part.series[code].annee).filter((row) => row.p === year) : [];
    const hidden = [...rates, ...counts].some(secret);
    return { taux: rates[0] || null, compte: counts[0] || null, classe: hidden ? absences.secret : absences.manquant };
  }

  async function montrer(boxes, part, level, year, chosen) {
    const map = part.cartes[level];
    const ground = await charger(`contours-${level}`);
    const { lieux, indicateurs } = commun();
    const title = `${indicateurs[part.code].libelle}, ${map.unite}, ${year}`;
    const places = Object.keys(lieux).filter((code) => lieux[code].niveau === level);
    const read = Object.fromEntries(places.map((code) => [code, lecture(part, map, code, year)]));
    const classes = Object.fromEntries(places.map((code) => [code, read[code].classe]));
    boxes.phrase.textContent = mot("carte_phrase", { titre: title, n: places.filter((c) => read[c].taux && read[c].taux.t !== null).length, sur: places.length });
    await vigie.dessin.carte(boxes.carte, ground.contours, classes, map, map.unite, chosen);
    boxes.origine.textContent = mot("carte_origine", { origine: ground.attribution });
    const drawn = new Set(ground.contours.map((f) => f.properties.code));
    const rows = places.map((code) => {
      const { taux, compte, classe } = read[code];
      const known = taux && taux.t !== null;
      return [
        { texte: lieux[code].libelle, href: permalien.vers("lieu.html", { lieu: code, indicateur: part.code }) },
        known ? { texte: nombre(taux.t), v: taux.t } : "—",
        classe + (drawn.has(code) ? "" : ` (${mot("sans_contour")})`),
        known && taux.denominateur !== null ? { texte: nombre(taux.denominateur), v: taux.denominateur } : "—",
        known ? "" : motif(taux, compte),
      ];
    });
    const heads = [mot("territoire"), mot("taux"), mot("classe"), mot("rapporte_a"), mot("raison")];
    vigie.tableau.faire(boxes.tableau, {
      legende: title, nom: `${part.code}-${level}-${year}`,
      colonnes: heads.map((titre, i) => ({ titre, nombre: i === 1 || i === 3 })), lignes: rows,
    });
  }
  function motif(...rows) {
    const said = rows.find((row) => row && row.motif !== null);
    return said ? commun().motifs[said.motif] : "";
  }

  return { montrer };
})();
