// Lists that can be put in order and copied. The page can be read in full without it: no button is there then.
"use strict";
(() => {
  const texts = document.getElementById("tabel-teksten");
  if (!texts) return;
  const said = texts.dataset;
  const collator = new Intl.Collator(document.documentElement.lang, { numeric: true, sensitivity: "base" });
  const status = document.createElement("p");
  status.setAttribute("role", "status");
  status.className = "unseen";
  document.body.append(status);

  const words = (cell) => {
    const chosen = cell.querySelector("select");
    if (chosen) return chosen.value ? chosen.selectedOptions[0].textContent.trim() : "";
    const copy = cell.cloneNode(true);
    for (const mark of copy.querySelectorAll("[aria-hidden=true]")) mark.remove();
    return copy.textContent.replace(/\s+/g, " ").trim();
  };
  // 1.234 is a number with a point between its thousands.
  const sortKey = (text) => (/^\d{1,3}([.,]\d{3})+$/.test(text) ? text.replace(/[.,]/g, "") : text);
  // On a page from disk some browsers keep the clipboard shut; the older way still works there.
  const copyText = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const field = document.createElement("textarea");
      field.value = text;
      field.className = "unseen";
      document.body.append(field);
      field.select();
      const done = document.execCommand("copy");
      field.remove();
      return done;
    }
  };
  // A spreadsheet takes tabs and lines; a value that it would run as a formula gets a sign before it.
  const asLine = (cells) => cells.map((cell) => (/^[=+\-@\t\r]/.test(cell) ? "'" + cell : cell)).join("\t");
  const copyRows = async (button, rows) => {
    const done = await copyText(rows.map(asLine).join("\n") + "\n");
    const sentence = done ? said.copied.replace("[count]", rows.length - 1) : said.failed;
    status.textContent = sentence;
    button.nextElementSibling.textContent = sentence;
  };
  const addButton = (before, copied) => {
    const line = document.createElement("p");
    line.className = "copy";
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = said.copy;
    line.append(button, document.createElement("span"));
    button.addEventListener("click", () => copyRows(button, copied()));
    before.before(line);
  };

  for (const table of document.querySelectorAll("table.list")) {
    const body = table.tBodies[0];
    const headings = [...table.tHead.rows[0].cells];
    const names = headings.map(words);
    addButton(table, () => [names, ...[...body.rows].map((row) => [...row.cells].map(words))]);
    if (body.rows.length < 2) continue;
    headings.forEach((heading, place) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...heading.childNodes);
      heading.append(button);
      button.addEventListener("click", () => {
        const down = heading.getAttribute("aria-sort") === "ascending";
        for (const other of headings) other.removeAttribute("aria-sort");
        heading.setAttribute("aria-sort", down ? "descending" : "ascending");
        const rows = [...body.rows].map((row) => ({ row, key: sortKey(words(row.cells[place])) }));
        // What is blank stands at the end, whichever way the list is turned.
        rows.sort((a, b) =>
          !a.key || !b.key ? !a.key - !b.key : (down ? -1 : 1) * collator.compare(a.key, b.key)
        );
        body.append(...rows.map((one) => one.row));
        status.textContent = said.sorted.replace("[column]", names[place]);
      });
    });
  }

  const panel = document.getElementById("zoeken");
  if (!panel) return;
  // The cases as a list: what is shown now, one line per record.
  const facts = ["name", "school_class", "stamnr", "account"];
  addButton(document.getElementById("zoek-telling"), () => [
    [said.case, said.reason, said.file, said.fieldName, said.fieldSchoolClass, said.fieldStamnr, said.fieldAccount],
    ...[...document.querySelectorAll(".case:not([hidden])")].flatMap((one) =>
      [...one.querySelectorAll(".side")].map((side) => [
        one.id,
        one.closest(".reason").querySelector("h3, h4").firstChild.textContent.trim(),
        side.querySelector(".side-title").textContent.replace(/\s+/g, " ").trim(),
        ...facts.map((fact) => {
          const value = side.querySelector(`.field-${fact} bdi`);
          return value ? words(value) : "";
        }),
      ])
    ),
  ]);
  const order = document.getElementById("zoek-volgorde");
  const lists = [...document.querySelectorAll(".cases")].map((element) => ({
    element,
    cases: [...element.children],
  }));
  const arrange = () => {
    for (const list of lists) {
      const key = (one) => {
        const value = one.querySelector(`.field-${order.value} bdi`);
        return value ? words(value) : "";
      };
      const ordered = order.value
        ? list.cases
            .map((one) => ({ one, key: key(one) }))
            .sort((a, b) => (!a.key || !b.key ? !a.key - !b.key : collator.compare(a.key, b.key)))
            .map((item) => item.one)
        : list.cases;
      list.element.append(...ordered);
    }
  };
  order.addEventListener("change", arrange);
  document.getElementById("zoek-alles").addEventListener("click", () => {
    order.value = "";
    arrange();
  });
})();
