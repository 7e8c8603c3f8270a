// page.js - This sorts and filters the tables of the page of `dbcache report`, and shows a record
// beside the picture.  What it works on is in the document; nothing that it reads becomes markup.
"use strict";
(function () {
  function sortBy(table, column, th) {
    var down = th.getAttribute("aria-sort") === "ascending";
    var body = table.tBodies[0];
    var order = new Intl.Collator("en", { numeric: true });
    var rows = Array.from(body.rows).map(function (row) {
      return { row: row, text: row.cells[column] ? row.cells[column].textContent.trim() : "" };
    });
    rows.sort(function (a, b) {
      return (down ? -1 : 1) * order.compare(a.text, b.text);
    });
    rows.forEach(function (one) { body.appendChild(one.row); });
    Array.from(table.tHead.rows[0].cells).forEach(function (cell) {
      cell.removeAttribute("aria-sort");
    });
    th.setAttribute("aria-sort", down ? "descending" : "ascending");
  }

  function addSort(table) {
    Array.from(table.tHead.rows[0].cells).forEach(function (th, column) {
      var button = document.createElement("button");
      button.type = "button";
      button.title = "Sort";
      button.textContent = th.textContent.trim();
      button.addEventListener("click", function () { sortBy(table, column, th); });
      th.replaceChildren(button);
    });
  }

  function addFilter(table) {
    var label = document.createElement("label");
    var input = document.createElement("input");
    var count = document.createElement("span");
    label.className = "filter";
    label.textContent = "Filter " + table.caption.textContent;
    input.type = "search";
    count.setAttribute("role", "status");
    label.append(input, count);
    input.addEventListener("input", function () {
      var word = input.value.toLowerCase(), shown = 0;
      Array.from(table.tBodies[0].rows).forEach(function (row) {
        row.hidden = !row.textContent.toLowerCase().includes(word);
        shown += row.hidden ? 0 : 1;
      });
      count.textContent = word === "" ? "" : shown + " of " + table.tBodies[0].rows.length;
    });
    table.parentNode.before(label);
  }

  // Returns the line of a table that a box links to, as a list of heads and values.
  function listOf(row) {
    var list = document.createElement("dl");
    var heads = row.closest("table").tHead.rows[0].cells;
    list.className = "facts";
    Array.from(row.cells).forEach(function (cell, column) {
      var name = document.createElement("dt"), value = document.createElement("dd");
      if (column > 0 && cell.textContent !== "") {
        name.textContent = heads[column].textContent;
        value.textContent = cell.textContent;
        list.append(name, value);
      }
    });
    return list;
  }

  function addCard(svg) {
    var card = document.createElement("div");
    function hide() { card.remove(); }
    function show(event) {
      var box = event.target.closest("a");
      var row = box && document.getElementById(box.getAttribute("href").slice(1));
      if (!row || !row.closest("table")) {
        return;
      }
      card.replaceChildren();
      box.getAttribute("aria-label").split("\n").forEach(function (line, number) {
        var text = document.createElement("p");
        if (number === 0 || /^(warning|error): /.test(line)) { // the rest is in the list
          text.textContent = line;
          card.append(text);
        }
      });
      card.append(listOf(row));
      card.classList.toggle("left", box.getBoundingClientRect().left > innerWidth / 2);
      document.body.append(card);
    }
    card.className = "card";
    svg.querySelectorAll("a").forEach(function (box) { // without the browser's own tooltip
      var title = box.querySelector("title");
      box.setAttribute("aria-label", title.textContent);
      title.remove();
    });
    svg.addEventListener("pointerover", show);
    svg.addEventListener("focusin", show);
    svg.addEventListener("pointerleave", hide);
    svg.addEventListener("focusout", hide);
    svg.addEventListener("click", hide);
    document.addEventListener("keydown", function (event) {
      if (event.key === "Escape") {
        hide();
      }
    });
  }

  // A link leads to its line even when that is folded away or filtered out.
  function unfold() {
    var aim = document.getElementById(location.hash.slice(1));
    var fold = aim && aim.closest("details");
    if (aim && aim.hidden) {
      aim.hidden = false;
    }
    if (fold && !fold.open) {
      fold.open = true;
      aim.scrollIntoView();
    }
  }

  window.addEventListener("hashchange", unfold);
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details").forEach(function (fold) { fold.open = true; });
  });
  unfold();
  document.querySelectorAll("svg").forEach(addCard);
  document.querySelectorAll("table.data").forEach(function (table) {
    if (table.tBodies[0].rows.length > 1) {
      addSort(table);
      addFilter(table);
    }
  });
})();
