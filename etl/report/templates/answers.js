// Answers to the questions of this page: filled in, counted, saved as one file, and read back from it.
// Nothing is stored in the browser and nothing is sent: what is not saved is asked about before the page closes.
"use strict";
(() => {
  const panel = document.getElementById("antwoorden");
  if (!panel) return;
  const COLUMNS = ["case", "answer", "by", "second_by", "date", "remark"];
  const byId = (id) => document.getElementById(id);
  const by = byId("antwoord-door");
  const second = byId("antwoord-tweede");
  const problem = byId("antwoorden-fout");
  const saved = byId("antwoorden-bewaard");
  // Answers read from a file keep who gave them and when, until somebody changes them here.
  const earlier = new Map();
  let isDirty = false;

  const questions = new Map();
  for (const element of document.querySelectorAll(".question")) {
    const radios = [...element.querySelectorAll("input[type=radio]")];
    const remark = element.querySelector(".remark");
    questions.set(element.dataset.question, {
      element,
      offered: radios.length ? radios.map((one) => one.value) : [...element.options].map((one) => one.value).filter(Boolean),
      second: element.dataset.second.split(" ").filter(Boolean),
      get answer() {
        return radios.length ? (radios.find((one) => one.checked)?.value ?? "") : element.value;
      },
      set answer(value) {
        for (const one of radios) one.checked = one.value === value;
        if (!radios.length) element.value = value;
      },
      get remark() {
        return remark ? remark.value.trim() : "";
      },
      set remark(value) {
        if (remark) remark.value = value;
      },
      focus() {
        const closed = element.closest("details");
        if (closed) closed.open = true;
        (radios.find((one) => one.checked) ?? radios[0] ?? element).focus();
      },
    });
    element.disabled = false;
  }

  const fill = (element, fields) => {
    let words = element.dataset.sentence;
    for (const [name, value] of Object.entries(fields)) words = words.replace(`[${name}]`, value);
    element.textContent = words;
  };
  const answered = () => [...questions].filter(([, one]) => one.answer);
  const show = () => {
    for (const one of questions.values()) {
      const more = one.element.querySelector(".question-more");
      if (more) more.hidden = !one.answer;
    }
    fill(byId("antwoorden-telling"), { answered: answered().length, total: questions.size });
    const need = answered().filter(([, one]) => one.second.includes(one.answer)).length;
    const told = byId("antwoorden-tweede");
    told.hidden = need === 0;
    fill(told, { count: need });
  };
  const changed = (id) => {
    earlier.delete(id);
    isDirty = true;
    saved.textContent = "";
    show();
  };
  for (const [id, one] of questions) {
    one.element.addEventListener("input", () => changed(id));
    one.element.querySelector(".clear")?.addEventListener("click", () => {
      one.answer = "";
      one.remark = "";
      changed(id);
      one.focus();
    });
  }

  // One answer for many questions at once; an answer that stands is never replaced, nor one that is out of sight.
  const fillAll = (inside, value) => {
    let count = 0;
    for (const [id, one] of questions) {
      const isShown = !one.element.closest("[hidden]");
      if (!value || one.answer || !isShown || !inside(one.element) || !one.offered.includes(value)) continue;
      one.answer = value;
      changed(id);
      count += 1;
    }
    return count;
  };
  for (const bulk of document.querySelectorAll(".bulk")) {
    const told = document.createElement("span");
    told.setAttribute("role", "status");
    bulk.append(told);
    const choose = bulk.querySelector("select:not(.bulk-class)");
    const ofClass = bulk.querySelector(".bulk-class");
    const part = bulk.closest(".reason") ?? bulk.closest("section");
    bulk.querySelector("button").addEventListener("click", () => {
      const inside = (element) => {
        const wanted = ofClass ? ofClass.value : "*";
        return part.contains(element) && (wanted === "*" || element.closest("tr").dataset.class === wanted);
      };
      told.textContent = ` ${fillAll(inside, choose.value)} ✓`;
    });
    bulk.hidden = false;
  }

  // Two accounts of one case cannot both belong to the same pupil.
  const clash = () => {
    const seen = new Map();
    for (const [id, one] of answered()) {
      if (!one.answer.startsWith("pupil-")) continue;
      const pupil = `${id.split(".")[0]} ${one.answer}`;
      if (seen.has(pupil)) return [seen.get(pupil), id];
      seen.set(pupil, id);
    }
    return null;
  };
  const refuse = (words, element) => {
    problem.textContent = words;
    problem.hidden = false;
    element.focus();
    return false;
  };
  const mayBeSaved = () => {
    problem.hidden = true;
    by.removeAttribute("aria-invalid");
    const given = answered();
    if (!given.length) return refuse(problem.dataset.nothing, byId("antwoorden-bewaar"));
    if (!by.value.trim() && given.some(([id]) => !earlier.has(id))) {
      by.setAttribute("aria-invalid", "true");
      return refuse(problem.dataset.nobody, by);
    }
    const two = clash();
    if (two) {
      const words = problem.dataset.exclude.replace("[first]", two[0]).replace("[second]", two[1]);
      return refuse(words, questions.get(two[1]));
    }
    return true;
  };

  // A cell that a spreadsheet would run gets an apostrophe, as in every list of this program.
  const cell = (value) => `"${(/^[=+\-@\t\r]/.test(value) ? `'${value}` : value).replaceAll('"', '""')}"`;
  const two = (number) => String(number).padStart(2, "0");
  const today = () => {
    const now = new Date();
    return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  };
  const line = ([id, one]) => {
    const before = earlier.get(id);
    const isSecond = one.second.includes(one.answer);
    const who = before
      ? [before.by, before.second_by, before.date]
      : [by.value.trim(), isSecond ? second.value.trim() : "", today()];
    return [id, one.answer, ...who, one.remark].map(cell).join(";");
  };
  byId("antwoorden-bewaar").addEventListener("click", () => {
    if (!mayBeSaved()) return;
    const given = answered();
    const text = [COLUMNS.join(";"), ...given.map(line), ""].join("\r\n");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(["\ufeff", text], { type: "text/csv;charset=utf-8" }));
    link.download = `decisions-${panel.dataset.run}.csv`;
    link.click();
    // The browser reads the file after the click; taking it away at once would save an empty one.
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    isDirty = false;
    fill(saved, { file: link.download, count: given.length });
  });

  const parse = (text) => {
    const rows = [[""]];
    let isQuoted = false;
    for (let at = 0; at < text.length; at += 1) {
      const sign = text[at];
      const row = rows.at(-1);
      if (isQuoted) {
        if (sign !== '"') row[row.length - 1] += sign;
        else if (text[at + 1] === '"') row[row.length - 1] += text[(at += 1)];
        else isQuoted = false;
      } else if (sign === '"') isQuoted = true;
      else if (sign === ";") row.push("");
      else if (sign === "\n") rows.push([""]);
      else if (sign !== "\r") row[row.length - 1] += sign;
    }
    return rows.filter((row) => row.some(Boolean));
  };
  const plain = (value) => value.replace(/^'(?=[=+\-@\t\r])/, "");
  const told = byId("antwoorden-gelezen");
  const tell = (code, fields) => {
    let words = told.dataset[code];
    for (const [name, value] of Object.entries(fields)) words = words.replace(`[${name}]`, value);
    const paragraph = document.createElement("p");
    paragraph.textContent = words;
    told.append(paragraph);
  };
  const load = (text) => {
    told.replaceChildren();
    const [headings, ...rows] = parse(text.replace(/^\ufeff/, ""));
    if (!headings || COLUMNS.some((name, place) => headings[place] !== name)) return tell("other", {});
    const found = rows.map((row) => Object.fromEntries(COLUMNS.map((name, place) => [name, plain(row[place] ?? "")])));
    const times = new Map();
    for (const one of found) times.set(one.case, (times.get(one.case) ?? 0) + 1);
    const wrong = { unknown: [], notOffered: [], twice: [], kept: [] };
    let count = 0;
    for (const row of found) {
      const question = questions.get(row.case);
      if (!question) wrong.unknown.push(row.case);
      else if (times.get(row.case) > 1) wrong.twice.push(row.case);
      else if (!question.offered.includes(row.answer)) wrong.notOffered.push(row.case);
      else if (question.answer && question.answer !== row.answer) wrong.kept.push(row.case);
      else {
        question.answer = row.answer;
        question.remark = row.remark;
        earlier.set(row.case, row);
        count += 1;
      }
    }
    tell("loaded", { count });
    if (wrong.unknown.length) tell("unknown", { count: wrong.unknown.length });
    for (const code of ["notOffered", "twice", "kept"]) {
      if (wrong[code].length) tell(code, { questions: [...new Set(wrong[code])].join(", ") });
    }
    show();
  };
  byId("antwoorden-lees").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    if (file) load(await file.text());
    event.target.value = "";
  });

  window.addEventListener("beforeunload", (event) => {
    if (isDirty) event.preventDefault();
  });
  for (const element of document.querySelectorAll(".with-script")) element.hidden = false;
  for (const element of document.querySelectorAll(".no-script")) element.hidden = true;
  panel.hidden = false;
  show();
})();
