// Menus stand beside their button; questions are asked before something is done; the theme is switched.
(function () {
  'use strict';
  const EDGE = 8; // pixels that a menu keeps from the window's edge and from its button

  function place(menu, button) {
    const at = button.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = menu;
    const isRtl = document.documentElement.dir === 'rtl';
    const startsInFirstHalf = at.left + at.width / 2 < innerWidth / 2;
    const wanted = startsInFirstHalf ? at.left : at.right - width;
    const below = at.bottom + EDGE / 2;
    const fits = below + height + EDGE <= innerHeight || at.top < innerHeight / 2;
    menu.style.left = `${Math.max(EDGE, Math.min(wanted, innerWidth - width - EDGE))}px`;
    menu.style.top = `${Math.max(EDGE, fits ? below : at.top - height - EDGE / 2)}px`;
    menu.style.insetInlineEnd = 'auto';
    menu.dataset.placed = isRtl ? 'rtl' : 'ltr';
  }

  let opener = null; // of several buttons for one menu, the one that was pressed
  document.addEventListener('click', (event) => { opener = event.target.closest('[popovertarget]') || opener; }, true);

  document.addEventListener('toggle', (event) => {
    const menu = event.target;
    if (!menu.matches('.menu[popover]')) return;
    const button = opener && opener.getAttribute('popovertarget') === menu.id ? opener : document.querySelector(`[popovertarget="${menu.id}"]`);
    if (!button) return;
    const isOpen = event.newState === 'open';
    button.setAttribute('aria-expanded', String(isOpen));
    if (!isOpen) return;
    place(menu, button);
    const first = menu.querySelector('a, button, input:not([type="hidden"]), select');
    if (first && !menu.matches('.filters')) first.focus({ preventScroll: true });
  }, true);

  document.addEventListener('keydown', (event) => {
    const menu = event.target.closest && event.target.closest('.menu[popover]:not(.filters)');
    if (!menu || !['ArrowDown', 'ArrowUp'].includes(event.key)) return;
    const items = [...menu.querySelectorAll('a, button, input:not([type="hidden"])')];
    const step = event.key === 'ArrowDown' ? 1 : -1;
    items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
    event.preventDefault();
  });

  for (const button of document.querySelectorAll('[popovertarget]')) button.setAttribute('aria-expanded', 'false');
  addEventListener('scroll', () => {
    const open = document.querySelector('.menu:popover-open:not(.filters)');
    if (open && !open.contains(document.activeElement)) open.hidePopover();
  }, { passive: true });

  // Questions
  const dialog = document.getElementById('ask');
  function ask(question, yes, isDanger, go) {
    document.getElementById('ask-question').textContent = question;
    if (yes) document.getElementById('ask-yes').textContent = yes;
    document.getElementById('ask-yes').classList.toggle('danger', isDanger);
    dialog.returnValue = '';
    dialog.onclose = () => { if (dialog.returnValue === 'yes') go(); };
    dialog.showModal();
  }
  document.addEventListener('submit', (event) => {
    const form = event.target;
    const source = event.submitter && event.submitter.dataset.ask ? event.submitter : form;
    if (!dialog || !source.dataset.ask || form.dataset.asked) return;
    event.preventDefault();
    ask(source.dataset.ask, source.dataset.yes, Boolean(form.querySelector('.danger')), () => {
      form.dataset.asked = 'yes';
      form.requestSubmit(event.submitter && event.submitter.form === form ? event.submitter : undefined);
      delete form.dataset.asked;
    });
  });

  // Theme
  const root = document.documentElement;
  const choices = [...document.querySelectorAll('[data-theme-choice]')];
  function showTheme() {
    for (const one of choices) one.setAttribute('aria-pressed', String(one.dataset.themeChoice === (root.dataset.theme || '')));
  }
  for (const one of choices) {
    one.addEventListener('click', () => {
      const theme = one.dataset.themeChoice;
      if (theme) root.dataset.theme = theme; else delete root.dataset.theme;
      window.trainflow.keep('theme', theme);
      showTheme();
    });
  }
  showTheme();
})();
