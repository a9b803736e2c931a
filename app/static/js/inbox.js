// The approval inbox: the case beside the queue, decided without leaving the page, by keys or by thumb.
// Everything here is a form or a link that works without it.
(function () {
  'use strict';
  const inbox = document.querySelector('[data-inbox]');
  if (!inbox) return;
  const pane = inbox.querySelector('[data-case]');
  const many = inbox.querySelector('[data-many]');
  const queue = inbox.querySelector('[data-queue]');
  const undo = document.querySelector('[data-undo]');
  const number = new Intl.NumberFormat(document.documentElement.lang, { numberingSystem: 'latn' });
  const read = new Map(); // address to the promise of its case: the next one is read ahead
  let isBusy = false;

  const rows = () => (queue ? [...queue.children] : []);
  const link = (row) => row.querySelector('a');
  const here = () => rows().find((row) => link(row).hasAttribute('aria-current'));
  const boxes = () => (many ? [...many.querySelectorAll('[name="step"]')] : []);

  // -- showing -----------------------------------------------------------------------------------------

  async function part(address) {
    const answer = await fetch(address, { headers: { 'X-Part': 'case' } });
    if (answer.redirected && new URL(answer.url).pathname === '/login') location.reload();
    return { isThere: answer.ok, html: answer.ok ? await answer.text() : '' };
  }

  function ahead(row) {
    if (row && !read.has(link(row).href)) read.set(link(row).href, part(link(row).href).catch(() => ({ isThere: false, html: '' })));
  }

  async function show(row, isMoved = true) {
    for (const one of rows()) link(one).removeAttribute('aria-current');
    link(row).setAttribute('aria-current', 'true');
    row.scrollIntoView({ block: 'nearest' });
    pane.setAttribute('aria-busy', 'true');
    const address = link(row).href;
    ahead(row);
    const found = await read.get(address);
    read.delete(address);
    if (here() !== row) return; // moved on meanwhile
    if (!found.isThere) { location.assign(address); return; }
    put(found.html, address);
    if (isMoved && innerWidth < 900) scrollTo(0, 0);
    ahead(row.nextElementSibling);
  }

  function put(html, address) {
    pane.innerHTML = html;
    pane.removeAttribute('aria-busy');
    inbox.dataset.view = 'case';
    if (address !== location.href) history.replaceState(null, '', address);
  }

  function count(total, words) {
    for (const one of document.querySelectorAll('[data-waiting="Approvals"]')) {
      if (total > 0 && total < 100) one.firstChild.textContent = number.format(total);
      else if (total <= 0) one.remove();
    }
    const said = document.querySelector('[data-total]');
    if (said) said.textContent = words;
  }

  function after(answer, gone) {
    const next = gone.includes(here()) ? nextOf(gone) : null;
    for (const row of gone) { read.delete(link(row).href); row.remove(); }
    count(answer.waiting, answer.waiting_words);
    chosen();
    offerUndo(answer);
    if (rows().length) { if (next) show(next); return; }
    if (answer.waiting > 0) { location.assign(inbox.dataset.home); return; }
    if (many) many.remove();
    if (!pane.querySelector('[data-decided]')) pane.replaceChildren(document.querySelector('[data-empty]').content.cloneNode(true));
    inbox.dataset.view = 'case';
    history.replaceState(null, '', inbox.dataset.home);
  }

  function nextOf(gone) {
    const left = rows();
    const at = left.indexOf(gone[gone.length - 1]);
    return left.slice(at + 1).find((row) => !gone.includes(row)) || left.slice(0, at).reverse().find((row) => !gone.includes(row));
  }

  function offerUndo(answer) {
    undo.hidden = !answer.undo;
    if (!answer.undo) return;
    undo.querySelector('[data-undo-words]').textContent = answer.words;
    undo.querySelector('form').action = answer.undo;
    undo.querySelector('[data-undo-more]').href = answer.url;
  }

  // -- deciding ----------------------------------------------------------------------------------------

  async function send(form, verdict) {
    const body = new FormData(form);
    body.set('verdict', verdict);
    const answer = await fetch(form.action, { method: 'POST', body, headers: { Accept: 'application/json' } });
    return { status: answer.status, ...(await answer.json()) };
  }

  function complain(form, words) {
    const place = form.querySelector('[data-error]');
    const comment = form.querySelector('textarea');
    place.textContent = words;
    place.hidden = !words;
    comment.toggleAttribute('aria-invalid', Boolean(words));
    if (words) comment.focus();
  }

  async function decide(form, verdict) {
    if (isBusy || pane.hasAttribute('aria-busy')) return;
    isBusy = true;
    complain(form, '');
    const row = here();
    try {
      const answer = await send(form, verdict);
      if (answer.status === 422) complain(form, answer.message);
      else if (answer.status >= 400) { location.assign(form.action.replace(/\/decide$/, '')); }
      else if (row) { document.activeElement.blur(); after(answer, [row]); }
      else location.assign(inbox.dataset.home);
    } catch (problem) {
      complain(form, inbox.dataset.failed);
    } finally {
      isBusy = false;
    }
  }

  async function decideMany(verdict) {
    if (isBusy) return;
    isBusy = true;
    complain(many, '');
    try {
      const answer = await send(many, verdict);
      if (answer.status === 422) complain(many, answer.message);
      else if (answer.status >= 400 || !answer.is_finished) location.assign(answer.url || inbox.dataset.home);
      else {
        const gone = rows().filter((row) => answer.decided.includes(row.dataset.step));
        const found = await part(answer.url);
        many.querySelector('textarea').value = '';
        for (const one of rows()) link(one).removeAttribute('aria-current');
        put(found.html, answer.url);
        after(answer, gone);
      }
    } catch (problem) {
      complain(many, inbox.dataset.failed);
    } finally {
      isBusy = false;
    }
  }

  document.addEventListener('submit', (event) => {
    const form = event.target;
    const verdict = event.submitter && event.submitter.name === 'verdict' ? event.submitter.value : '';
    if (!verdict || form !== many && !form.matches('[data-decide]')) return;
    event.preventDefault();
    if (form === many) decideMany(verdict);
    else decide(form, verdict);
  });

  // -- the queue ---------------------------------------------------------------------------------------

  document.addEventListener('click', (event) => {
    const target = event.target.closest('[data-queue] a');
    if (!target || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(target.closest('li'));
  });
  pane.addEventListener('click', (event) => {
    if (!event.target.closest('.back') || !rows().length) return;
    event.preventDefault();
    inbox.dataset.view = 'queue';
    history.replaceState(null, '', inbox.dataset.home);
    if (here()) here().scrollIntoView({ block: 'center' });
  });

  function chosen() {
    if (!many) return;
    const found = boxes().filter((box) => box.checked).length;
    const all = many.querySelector('[data-choose-all]');
    const isEvery = Boolean(many.querySelector('[data-all]:checked'));
    many.classList.toggle('has-chosen', found > 0 || isEvery);
    all.checked = found > 0 && found === boxes().length;
    all.indeterminate = found > 0 && !all.checked;
    const said = many.querySelector('[data-chosen]');
    said.hidden = !found;
    said.textContent = `${many.dataset.chosenWords} ${number.format(found)}`;
  }
  if (many) {
    many.addEventListener('change', (event) => {
      if (event.target.matches('[data-choose-all]')) for (const box of boxes()) box.checked = event.target.checked;
      chosen();
    });
    addEventListener('pageshow', chosen);
  }

  // -- keys --------------------------------------------------------------------------------------------

  function write(verdict) {
    const form = pane.querySelector('[data-decide]');
    if (!form) return;
    form.dataset.wants = verdict;
    form.querySelector('textarea').focus();
  }
  const keys = {
    j: () => step(1),
    k: () => step(-1),
    a: () => { const form = pane.querySelector('[data-decide]'); if (form) decide(form, 'approved'); },
    r: () => write('rejected'),
    q: () => write('returned'),
    x: () => { const row = here(); if (row) row.querySelector('[name="step"]').click(); },
    u: () => { if (!undo.hidden) undo.querySelector('button').click(); },
    '?': () => document.getElementById('keys').showModal(),
  };
  function step(by) {
    const all = rows();
    const at = all.indexOf(here());
    const row = all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + by))];
    if (row && row !== here()) show(row);
  }
  document.addEventListener('keydown', (event) => {
    const field = event.target.closest('textarea');
    if (field && pane.contains(field)) {
      if (event.key === 'Escape') { delete field.form.dataset.wants; field.blur(); }
      else if (event.key === 'Enter' && !event.shiftKey && !event.isComposing && field.form.dataset.wants) {
        event.preventDefault();
        decide(field.form, field.form.dataset.wants);
      }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || document.querySelector('dialog[open], .menu:popover-open')) return;
    if (event.target.closest('input:not([type="checkbox"]), textarea, select')) return;
    if (keys[event.key]) { event.preventDefault(); keys[event.key](); }
  });
  const help = document.querySelector('[data-help]');
  if (help) help.addEventListener('click', keys['?']);

  // What undo brings back stands in the queue again: the page is read anew.
  if (here()) ahead(here().nextElementSibling);
})();
