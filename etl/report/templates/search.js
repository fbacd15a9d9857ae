// Search and filter over the cases. The page can be read in full without it: the fields stay hidden then.
"use strict";
(() => {
  const panel = document.getElementById("zoeken");
  if (!panel) return;
  const words = document.getElementById("zoek-tekst");
  const reason = document.getElementById("zoek-reden");
  const count = document.getElementById("zoek-telling");
  // Accents are left out on both sides, so that "Zoe" finds "Zoë".
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const groups = [...document.querySelectorAll(".reason")].map((element) => ({
    element,
    reason: element.dataset.reason,
    cases: [...element.querySelectorAll(".case")].map((item) => ({
      element: item,
      text: fold(item.id + " " + [...item.querySelectorAll("dd")].map((dd) => dd.textContent).join(" ")),
    })),
  }));
  const places = [...document.querySelectorAll(".place")];
  const total = groups.reduce((sum, group) => sum + group.cases.length, 0);
  const show = () => {
    const wanted = fold(words.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const group of groups) {
      let inGroup = 0;
      for (const item of group.cases) {
        const fits =
          (!reason.value || reason.value === group.reason) && wanted.every((word) => item.text.includes(word));
        item.element.hidden = !fits;
        inGroup += fits;
      }
      group.element.hidden = inGroup === 0;
      shown += inGroup;
    }
    for (const place of places) place.hidden = !place.querySelector(".case:not([hidden])");
    count.textContent = count.dataset.sentence.replace("[shown]", shown).replace("[total]", total);
  };
  words.addEventListener("input", show);
  reason.addEventListener("change", show);
  document.getElementById("zoek-alles").addEventListener("click", () => {
    words.value = "";
    reason.value = "";
    show();
    words.focus();
  });
  panel.hidden = false;
  show();
})();
