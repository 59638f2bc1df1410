// Tables that sort, filter, and give what they show as CSV. A page's own tables get the same as those made here.
"use strict";
vigie.tableau = (() => {
  const { element, mot } = vigie;
  const MANY = 8, TALL = 16, WIDE = 4, WORDY = 2;

  // columns: [{titre, nombre}]; rows: [[{texte, v, href} or a text, …]]. The first cell is the row's head.
  function faire(box, { legende, colonnes, lignes, nom }) {
    const head = element("tr", {}, ...colonnes.map((c) => element("th", { scope: "col", class: c.nombre ? "n" : null }, c.titre)));
    const body = element("tbody");
    for (const row of lignes) {
      body.append(element("tr", {}, ...row.map((cell, i) => {
        const { texte, v, href } = typeof cell === "object" && cell !== null ? cell : { texte: cell };
        const inner = href ? element("a", { href }, texte) : texte;
        const attributes = { class: colonnes[i].nombre ? "n" : null, "data-v": v };
        return i === 0 ? element("th", { scope: "row", ...attributes }, inner) : element("td", attributes, inner);
      })));
    }
    const table = element("table", {}, element("caption", {}, legende), element("thead", {}, head), body);
    box.replaceChildren(table);
    enrichir(table, nom);
    return table;
  }

  function enrichir(table, name) {
    const caption = table.caption ? table.caption.textContent : name;
    const tall = table.tBodies[0].rows.length > TALL ? " haut" : "";
    const frame = element("div", { class: `defile${tall}`, tabindex: "0", role: "region", "aria-label": mot("tableau_de", { titre: caption }) });
    table.before(frame);
    frame.append(table);
    const tools = element("div", { class: "outils" });
    frame.before(tools);
    if (table.tBodies[0].rows.length > MANY) tools.append(filtre(table, caption));
    tools.append(bouton(table, name));
    empiler(table);
    for (const [i, th] of [...table.tHead.rows[0].cells].entries()) trier(table, th, i);
  }

  // On a phone a row of many columns is a card, each cell under the name of its column: the style sheet does it. What is
  // no longer laid out as a table still says that it is one.
  function empiler(table) {
    const cells = [...table.tHead.rows[0].cells];
    const heads = cells.map((cell) => cell.textContent.trim());
    const texts = cells.slice(1).filter((cell) => !cell.classList.contains("n"));
    if (heads.length < WIDE && texts.length < WORDY) return;
    table.classList.add("empile");
    if (!texts.length) table.classList.add("chiffre");
    table.setAttribute("role", "table");
    for (const part of [table.tHead, ...table.tBodies]) part.setAttribute("role", "rowgroup");
    for (const row of table.rows) {
      row.setAttribute("role", "row");
      const head = row.parentNode === table.tHead;
      for (const [i, cell] of [...row.cells].entries()) {
        cell.setAttribute("role", head ? "columnheader" : cell.tagName === "TH" ? "rowheader" : "cell");
        if (!head && i > 0) cell.dataset.l = heads[i];
        if (!head && !cell.textContent.trim()) cell.classList.add("vide");
      }
    }
  }

  function filtre(table, caption) {
    const input = element("input", { type: "search" });
    const told = element("span", { class: "petit gris", role: "status" });
    input.addEventListener("input", () => {
      const wanted = plat(input.value);
      let shown = 0;
      for (const row of table.tBodies[0].rows) {
        row.hidden = !plat(row.textContent).includes(wanted);
        shown += row.hidden ? 0 : 1;
      }
      told.textContent = mot("lignes_montrees", { n: shown, sur: table.tBodies[0].rows.length });
    });
    return element("label", {}, `${mot("filtrer")} `, input, " ", told, element("span", { class: "cache" }, caption));
  }
  const plat = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();

  function trier(table, th, i) {
    const button = element("button", { type: "button", class: "tri" }, ...th.childNodes);
    th.replaceChildren(button);
    th.setAttribute("aria-sort", "none");
    button.addEventListener("click", () => {
      const up = th.getAttribute("aria-sort") !== "ascending";
      for (const other of table.tHead.rows[0].cells) other.setAttribute("aria-sort", "none");
      th.setAttribute("aria-sort", up ? "ascending" : "descending");
      const rows = [...table.tBodies[0].rows];
      // What has no value comes last both ways: it is not a low one.
      rows.sort((a, b) => {
        const [x, y] = [valeur(a.cells[i]), valeur(b.cells[i])];
        if (x === null || y === null) return (x === null) - (y === null);
        const order = typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y), "fr", { numeric: true });
        return up ? order : -order;
      });
      table.tBodies[0].append(...rows);
    });
  }
  function valeur(cell) {
    if (cell.dataset.v !== undefined) return Number(cell.dataset.v);
    if (cell.classList.contains("n")) return null;
    return cell.textContent.trim() || null;
  }

  // What is seen, in the order in which it is seen; figures as a French spreadsheet reads them.
  function csv(table) {
    const quoted = (text) => (/[";\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text);
    const written = (cell) => (cell.dataset.v !== undefined ? cell.dataset.v.replace(".", ",") : propre(cell.textContent));
    const rows = [table.tHead.rows[0], ...[...table.tBodies[0].rows].filter((row) => !row.hidden)];
    return "\ufeff" + rows.map((row) => [...row.cells].map((c) => quoted(written(c))).join(";")).join("\r\n") + "\r\n";
  }
  const propre = (text) => text.replace(/[\u00a0\u202f]/g, " ").replace(/\s+/g, " ").trim();

  function bouton(table, name) {
    const button = element("button", { type: "button", class: "csv" }, mot("csv"));
    button.addEventListener("click", () => {
      const address = URL.createObjectURL(new Blob([csv(table)], { type: "text/csv" }));
      const link = element("a", { href: address, download: `${typeof name === "function" ? name() : name}.csv` });
      link.click();
      URL.revokeObjectURL(address);
    });
    return button;
  }

  return { faire, enrichir, csv };
})();
