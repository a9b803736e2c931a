// The matrix: arrows move, Enter says why, x or Space chooses, Shift with arrows or a click chooses several.
(function () {
  'use strict';
  const table = document.querySelector('[data-matrix]');
  const bulk = document.querySelector('[data-matrix-bulk]');
  const dialog = document.getElementById('why-cell');
  if (!table) return;
  const body = table.tBodies[0];
  const isLeftwards = document.documentElement.dir === 'rtl';
  let here = body.rows[0] && body.rows[0].cells[1];
  if (here) here.tabIndex = 0;
  const codes = [...table.tHead.rows[0].cells].map((head) => head.querySelector('bdi')?.textContent || '');
  const isPhone = matchMedia('(max-width: 639.98px)').matches; // has no heads: each cell says its course
  for (const row of body.rows) [...row.cells].forEach((cell, place) => {
    if (cell.tagName !== 'TD') return;
    cell.setAttribute('role', 'gridcell');
    if (!cell.dataset.state) return;
    cell.dataset.code = codes[place];
    if (isPhone) cell.setAttribute('aria-label', codes[place] + ', ' + cell.getAttribute('aria-label'));
  });

  // Heads and names are reached by arrows, so that Tab goes past the grid in one step.
  if (!isPhone) for (const link of table.querySelectorAll('th a')) link.tabIndex = -1;

  const person = (cell) => cell.parentElement.dataset.person;
  const course = (cell) => table.tHead.rows[0].cells[cell.cellIndex].dataset.course;

  const held = (cell) => cell.tagName === 'TD' ? cell : cell.querySelector('a'); // what of a cell takes the focus

  function go(cell) {
    if (!cell || !held(cell)) return;
    if (here) held(here).tabIndex = -1;
    here = cell;
    held(cell).tabIndex = 0;
    held(cell).focus({ preventScroll: true });
    cell.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    if (cell.tagName === 'TD') reveal(cell);
  }

  // What the sticky heads cover is scrolled out from under them.
  function reveal(cell) {
    const frame = table.closest('[data-matrix-frame]');
    const box = cell.getBoundingClientRect(), head = table.tHead.getBoundingClientRect();
    const who = cell.parentElement.cells[0].getBoundingClientRect();
    if (box.top < head.bottom) frame.scrollTop -= head.bottom - box.top;
    if (!isLeftwards && box.left < who.right) frame.scrollLeft -= who.right - box.left;
    if (isLeftwards && box.right > who.left) frame.scrollLeft += box.right - who.left;
  }

  function beside(cell, down, across) {
    const row = table.rows[cell.parentElement.rowIndex + down];
    return row && row.cells[Math.max(0, Math.min(row.cells.length - 1, cell.cellIndex + across))];
  }

  function choose(cell, wish) {
    if (!bulk || !cell || cell.tagName !== 'TD') return;
    const chosen = wish === undefined ? cell.getAttribute('aria-selected') !== 'true' : wish;
    if (chosen) cell.setAttribute('aria-selected', 'true'); else cell.removeAttribute('aria-selected');
    tell();
  }

  function tell() {
    const cells = table.querySelectorAll('td[aria-selected="true"]');
    bulk.hidden = !cells.length;
    bulk.classList.toggle('is-shown', cells.length > 0);
    bulk.querySelector('[data-chosen]').textContent = cells.length;
    for (const old of bulk.querySelectorAll('[name="cell"]')) old.remove();
    for (const cell of cells) {
      const input = document.createElement('input');
      input.type = 'hidden';
      input.name = 'cell';
      input.value = person(cell) + ':' + course(cell);
      bulk.append(input);
    }
  }

  async function explain(cell) {
    const address = table.dataset.cell + person(cell) + '/' + course(cell) + '?day=' + table.dataset.day;
    const back = location.pathname + location.search;
    try {
      const answer = await fetch(address + '&part=1&came_from=' + encodeURIComponent(back));
      if (!answer.ok) throw new Error(answer.status);
      const name = cell.parentElement.querySelector('.who a').textContent;
      const title = document.createElement('h2');
      title.textContent = name + ' – ' + table.tHead.rows[0].cells[cell.cellIndex].querySelector('span').textContent;
      const head = document.createElement('header');
      const shut = document.createElement('button');
      shut.className = 'button quiet square';
      shut.textContent = '✕';
      shut.setAttribute('aria-label', dialog.dataset.close || 'Escape');
      shut.addEventListener('click', () => dialog.close());
      head.append(title, shut);
      const part = new DOMParser().parseFromString(await answer.text(), 'text/html').body;
      dialog.replaceChildren(head, ...part.childNodes);
      dialog.showModal();
    } catch (problem) {
      location.assign(address);
    }
  }
  dialog.addEventListener('close', () => here && held(here).focus());
  dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close(); });

  let from = null;
  table.addEventListener('click', (event) => {
    const cell = event.target.closest('td');
    if (!cell) return;
    if (bulk && event.shiftKey && from) {
      const rows = [from.parentElement.sectionRowIndex, cell.parentElement.sectionRowIndex].sort((a, b) => a - b);
      const columns = [from.cellIndex, cell.cellIndex].sort((a, b) => a - b);
      for (let row = rows[0]; row <= rows[1]; row += 1)
        for (let column = columns[0]; column <= columns[1]; column += 1) choose(body.rows[row].cells[column], true);
      getSelection().removeAllRanges();
    } else if (bulk && (event.ctrlKey || event.metaKey)) {
      choose(cell);
      from = cell;
    } else {
      from = cell;
      go(cell);
      explain(cell);
      return;
    }
    go(cell);
  });

  const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, isLeftwards ? 1 : -1], ArrowRight: [0, isLeftwards ? -1 : 1],
    PageUp: [-10, 0], PageDown: [10, 0] };
  table.addEventListener('keydown', (event) => {
    if (!here || event.target !== held(here) || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = steps[event.key];
    if (step) {
      const rows = body.rows.length, at = here.parentElement.rowIndex;
      const next = beside(here, Math.max(-at, Math.min(rows - at, step[0])), step[1]);
      if (event.shiftKey) { choose(here, true); choose(next, true); }
      from = from || here;
      go(next);
    } else if (event.key === 'Home' || event.key === 'End') {
      const cells = here.parentElement.cells;
      go(cells[event.key === 'Home' ? 1 : cells.length - 1]);
    } else if (here.tagName !== 'TD') {
      return;
    } else if (event.key === 'Enter') {
      explain(here);
    } else if (event.key === 'x' || event.key === ' ') {
      choose(here);
      from = here;
    } else {
      return;
    }
    event.preventDefault();
  });

  if (bulk) {
    bulk.querySelector('[data-choose-none]').addEventListener('click', () => {
      for (const cell of table.querySelectorAll('[aria-selected]')) cell.removeAttribute('aria-selected');
      tell();
    });
  }
}());
