// The pages that are written whole: their tables sort and filter; the home has its map and its choice of a place.
"use strict";
(async () => {
  const { charger, options, permalien } = vigie;
  const commun = await charger("commun");
  const $ = (id) => document.getElementById(id);
  for (const table of document.querySelectorAll("table[data-tableau]")) vigie.tableau.enrichir(table, table.dataset.tableau);
  const select = $("choix-lieu");
  if (select) {
    options(select, vigie.lieuxParNiveau(), commun.departement);
    $("aller").addEventListener("submit", (event) => {
      event.preventDefault();
      location.href = permalien.vers("lieu.html", { lieu: select.value });
    });
  }
  const box = $("carte");
  if (box && box.dataset.indicateur) {
    const part = await charger(`indicateurs/${box.dataset.indicateur}`);
    const level = commun.cartes.find((l) => part.cartes[l]);
    const years = part.cartes[level].annees;
    await vigie.cartographie.montrer({ phrase: $("carte-phrase"), carte: box, origine: $("carte-origine"), tableau: $("carte-tableau") }, part, level, years[years.length - 1], null);
  }
  document.body.dataset.pret = "oui";
})();
