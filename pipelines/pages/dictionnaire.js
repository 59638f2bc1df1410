"use strict";
const fiches = [...document.querySelectorAll("article")];
const plat = (t) => t.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
const textes = fiches.map((f) => plat(f.textContent));
const dit = document.getElementById("trouves");
document.querySelector("form").hidden = false;
document.querySelector("form").addEventListener("submit", (e) => e.preventDefault());
document.getElementById("mot").addEventListener("input", (e) => {
  const mots = plat(e.target.value).split(/\s+/).filter(Boolean);
  let n = 0;
  fiches.forEach((f, i) => {
    f.hidden = !mots.every((m) => textes[i].includes(m));
    n += f.hidden ? 0 : 1;
  });
  dit.textContent = mots.length ? `${n} ${n > 1 ? "fiches" : "fiche"}` : "";
});
