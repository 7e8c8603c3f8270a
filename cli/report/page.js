// page.js - This sorts and filters the tables of the page of `dbcache report`.  What it works on is
// in the document; nothing that it reads becomes markup.
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
    label.textContent = "Filter " + table.caption.textContent.toLowerCase();
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

  document.querySelectorAll("table.data").forEach(function (table) {
    if (table.tBodies[0].rows.length > 1) {
      addSort(table);
      addFilter(table);
    }
  });
})();
