// Lists: rows that open, keys, selection, filters, columns and row height.
(function () {
  'use strict';
  const table = document.querySelector('table[data-list]');
  const root = document.documentElement;
  const typing = (target) => target.closest('input:not([type="checkbox"]), textarea, select, [contenteditable], dialog, .menu');

  // A list that is wider than its frame leaves out columns until it fits, those without a value first, then from the
  // end; the main one, states and expiries stay. What still does not fit, or is wanted whole, scrolls in its frame;
  // a table that fits keeps its head in sight.
  const isWide = (one) => one.offsetWidth > one.closest('.frame').clientWidth + 1;
  const narrowed = new CSSStyleSheet();
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, narrowed];
  const yielding = table ? [...table.tHead.querySelectorAll('th[data-column]:not([data-stays])')].reverse() : [];
  const isBlank = (head) => [...table.tBodies[0].rows].every((row) => row.cells[head.cellIndex].querySelector('.nothing'));
  const blank = yielding.filter(isBlank);
  const order = [...blank, ...yielding.filter((head) => !blank.includes(head))];
  const isWhole = (list) => window.trainflow.kept(`whole:${list}`) === 'yes';

  function leaveOut() {
    narrowed.replaceSync('');
    if (isWhole(table.dataset.list) || !matchMedia('(min-width: 640px)').matches) return 0;
    let count = 0;
    for (const head of order) {
      if (!isWide(table)) break;
      if (!head.offsetWidth) continue; // hidden by hand
      narrowed.insertRule(`[data-list] [data-column="${CSS.escape(head.dataset.column)}"] { display: none; }`);
      count += 1;
    }
    return count;
  }

  const fit = new ResizeObserver((changes) => changes.forEach(({ target }) => fitIn(target.closest('.frame'))));
  function fitIn(frame) {
    const inside = frame.querySelector('table');
    if (inside === table) {
      const count = leaveOut();
      for (const tag of document.querySelectorAll('[data-left-out]')) {
        tag.hidden = !count;
        tag.textContent = tag.dataset.leftOut.replace('{count}', count);
      }
    }
    frame.classList.toggle('scrolls', isWide(inside));
  }
  for (const one of document.querySelectorAll('.frame, .frame > table')) {
    fitIn(one.closest('.frame'));
    fit.observe(one);
  }

  // A click anywhere on a row opens it; what is clickable in it stays itself.
  document.addEventListener('click', (event) => {
    const row = event.target.closest('tr[data-opens]');
    if (!row || event.target.closest('a, button, input, label, .menu, form, summary') || String(getSelection())) return;
    if (event.ctrlKey || event.metaKey) window.open(row.dataset.opens);
    else location.assign(row.dataset.opens);
  });

  // One menu serves all rows; it is pointed at the row whose button is pressed.
  const rowMenu = document.getElementById('row-menu');
  document.addEventListener('click', (event) => {
    const button = event.target.closest('[popovertarget="row-menu"]');
    if (!button) return;
    const row = button.closest('tr');
    for (const one of rowMenu.querySelectorAll('[data-for]')) {
      one.setAttribute(one.matches('form') ? 'action' : 'href', row.dataset.opens + one.dataset.for);
      if (one.dataset.askAbout) one.dataset.ask = one.dataset.askAbout.replace('{}', row.querySelector('.opens').textContent);
    }
    const more = row.querySelector('.acts template');
    const place = rowMenu.querySelector('[data-more]');
    if (place) place.replaceChildren(...(more ? [more.content.cloneNode(true)] : []));
  }, true);

  // Keys: / searches, j and k move, Enter opens, x selects.
  let here = -1;
  function move(step) {
    const rows = [...table.tBodies[0].rows];
    if (rows[here]) rows[here].classList.remove('is-here');
    here = Math.max(0, Math.min(rows.length - 1, here + step));
    rows[here].classList.add('is-here');
    rows[here].scrollIntoView({ block: 'nearest' });
    const link = rows[here].querySelector('.opens');
    if (link) link.focus({ preventScroll: true });
  }
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === '/') {
      const search = document.querySelector('[data-search]');
      if (search) { search.focus(); search.select(); event.preventDefault(); }
    } else if (table && (event.key === 'j' || event.key === 'k')) {
      move(event.key === 'j' ? 1 : -1);
    } else if (table && event.key === 'x' && here >= 0) {
      const box = table.tBodies[0].rows[here].querySelector('[name="rowid"]');
      if (box) box.click();
    }
  });

  // Selection
  const bulk = document.querySelector('[data-bulk]');
  if (bulk && table) {
    const boxes = [...table.querySelectorAll('[name="rowid"]')];
    const all = table.querySelector('[data-choose-all]');
    const show = () => {
      const chosen = boxes.filter((box) => box.checked).length;
      bulk.classList.toggle('is-shown', chosen > 0);
      bulk.querySelector('[data-chosen]').textContent = chosen;
      all.checked = chosen === boxes.length;
      all.indeterminate = chosen > 0 && chosen < boxes.length;
    };
    let last = null;
    table.addEventListener('click', (event) => {
      const at = boxes.indexOf(event.target);
      if (at < 0) return;
      if (event.shiftKey && last !== null) {
        boxes.slice(Math.min(at, last), Math.max(at, last) + 1).forEach((box) => { box.checked = event.target.checked; });
      }
      last = at;
      show();
    });
    all.addEventListener('change', () => { boxes.forEach((box) => { box.checked = all.checked; }); show(); });
    bulk.querySelector('[data-choose-none]').addEventListener('click', () => { boxes.forEach((box) => { box.checked = false; }); show(); });
    document.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || typing(event.target) || !boxes.some((box) => box.checked)) return;
      boxes.forEach((box) => { box.checked = false; });
      show();
    });
    addEventListener('pageshow', show); // a browser that goes back keeps the ticks
    show();
  }

  // Filters: the operator is part of the argument's name; empty ones stay out of the address.
  for (const operator of document.querySelectorAll('[data-operator]')) {
    const field = document.getElementById(operator.dataset.operator);
    const combo = field.closest('[data-combo]');
    operator.addEventListener('change', () => {
      if (combo) combo.dispatchEvent(new CustomEvent('rename', { detail: operator.value }));
      else field.name = operator.value;
    });
  }
  for (const box of document.querySelectorAll('[data-either]')) {
    box.addEventListener('change', () => {
      for (const other of document.querySelectorAll(`[data-either="${box.dataset.either}"]`)) {
        if (other !== box && box.checked) other.checked = false;
      }
    });
  }
  for (const form of document.querySelectorAll('[data-filters], .toolbar .search')) {
    form.addEventListener('submit', () => {
      for (const input of form.elements) if (input.name && !input.value) input.disabled = true;
    });
  }
  addEventListener('pageshow', () => {
    for (const input of document.querySelectorAll('[data-filters] :disabled, .search :disabled')) input.disabled = false;
  });

  // Columns and row height, remembered on this device
  const settings = document.querySelector('[data-list-settings]');
  if (settings) {
    const list = settings.dataset.listSettings;
    const columns = [...settings.querySelectorAll('[data-column-choice]')];
    const hidden = window.trainflow.hidden(list);
    for (const box of columns) {
      box.checked = !hidden.includes(box.dataset.columnChoice);
      box.addEventListener('change', () => {
        const names = columns.filter((one) => !one.checked).map((one) => one.dataset.columnChoice);
        window.trainflow.keep(`columns:${list}`, names.join(' '));
        window.trainflow.hideColumns();
      });
    }
    const whole = settings.querySelector('[data-whole]');
    whole.checked = isWhole(list);
    whole.addEventListener('change', () => {
      window.trainflow.keep(`whole:${list}`, whole.checked ? 'yes' : '');
      if (table) fitIn(table.closest('.frame'));
    });
    // A file holds the columns that are shown.
    for (const link of document.querySelectorAll('#export-menu a')) {
      link.addEventListener('click', () => {
        const address = new URL(link.href);
        address.searchParams.set('without', window.trainflow.hidden(list).join(','));
        link.href = address.href;
      });
    }
    const heights = [...settings.querySelectorAll('[data-density-choice]')];
    const showHeight = () => {
      for (const one of heights) one.setAttribute('aria-pressed', String(one.dataset.densityChoice === (root.dataset.density || '')));
    };
    for (const one of heights) {
      one.addEventListener('click', () => {
        const density = one.dataset.densityChoice;
        if (density) root.dataset.density = density; else delete root.dataset.density;
        window.trainflow.keep('density', density);
        showHeight();
      });
    }
    showHeight();
  }
})();
