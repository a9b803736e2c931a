// A choice that searches as you type: an input and a listbox (ARIA combobox), fed by data-endpoint, which
// answers {results: [{id, text, detail}], pagination: {more}}. What is chosen is sent by hidden inputs.
(function () {
  'use strict';
  const WAIT = 150; // milliseconds of silence before a search
  let made = 0;

  function element(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }
  function cross() {
    const sprite = document.querySelector('svg.icon use').getAttribute('href').split('#')[0];
    const ns = 'http://www.w3.org/2000/svg';
    const svg = document.createElementNS(ns, 'svg');
    const use = document.createElementNS(ns, 'use');
    svg.setAttribute('class', 'icon');
    svg.setAttribute('aria-hidden', 'true');
    use.setAttribute('href', `${sprite}#x`);
    svg.append(use);
    return svg;
  }

  class Combobox {
    constructor(holder) {
      this.holder = holder;
      this.words = document.getElementById('combo-words').dataset;
      this.isSeveral = 'several' in holder.dataset;
      this.input = holder.querySelector('[data-input]');
      this.name = this.isSeveral ? holder.dataset.name : this.input.name;
      this.options = [];
      this.active = -1;
      this.page = 1;
      this.build(++made);
      this.listen();
    }

    build(number) {
      const before = this.chosenBefore();
      this.input.removeAttribute('name');
      this.input.classList.remove('input');
      this.input.value = '';
      this.list = element('ul', { class: 'combo-list', id: `combo-${number}`, role: 'listbox', hidden: '' });
      const attributes = {
        role: 'combobox', autocomplete: 'off', spellcheck: 'false', type: 'text', placeholder: this.words.placeholder,
        'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': this.list.id,
      };
      for (const [name, value] of Object.entries(attributes)) this.input.setAttribute(name, value);
      this.tokens = element('span', { class: 'row' });
      this.clearButton = element('button', { type: 'button', class: 'clear', hidden: '' }, cross());
      this.box = element('div', { class: 'combo-box' }, this.tokens, this.input, this.clearButton);
      this.said = element('span', { class: 'visually-hidden', role: 'status' });
      this.holder.replaceChildren(this.box, this.list, this.said);
      before.forEach((one) => this.choose(one));
    }

    chosenBefore() {
      const sources = this.isSeveral ? [...this.holder.querySelectorAll('input[type="hidden"]')] : [this.input];
      return sources.filter((one) => one.value).map((one) => ({ id: one.value, text: one.dataset.text || one.value }));
    }

    listen() {
      this.input.addEventListener('input', () => this.searchSoon());
      this.input.addEventListener('keydown', (event) => this.onKey(event));
      this.input.addEventListener('click', () => this.search(1));
      this.input.addEventListener('blur', () => this.leave());
      this.box.addEventListener('mousedown', (event) => { if (event.target === this.box) { event.preventDefault(); this.input.focus(); } });
      this.clearButton.addEventListener('click', () => { this.forget(); this.input.focus(); });
      this.list.addEventListener('mousedown', (event) => event.preventDefault());
      this.list.addEventListener('click', (event) => {
        const at = [...this.list.querySelectorAll('[role="option"]')].indexOf(event.target.closest('[role="option"]'));
        if (at >= 0) this.pick(at);
      });
      this.list.addEventListener('scroll', () => {
        if (this.hasMore && this.list.scrollTop + this.list.clientHeight > this.list.scrollHeight - 40) this.search(this.page + 1);
      });
      this.holder.addEventListener('rename', (event) => {
        this.name = event.detail;
        for (const one of this.holder.querySelectorAll('input[type="hidden"]')) one.name = this.name;
      });
    }

    onKey(event) {
      const isOpen = !this.list.hidden;
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
        event.preventDefault();
        if (!isOpen) this.search(1);
        else this.activate(this.active + (event.key === 'ArrowDown' ? 1 : -1));
      } else if (event.key === 'Enter' && isOpen && this.active >= 0) {
        event.preventDefault();
        this.pick(this.active);
      } else if (event.key === 'Enter' && isOpen) {
        event.preventDefault();
      } else if (event.key === 'Escape' && isOpen) {
        event.preventDefault();
        event.stopPropagation();
        this.close();
      } else if (event.key === 'Backspace' && !this.input.value && this.isSeveral && this.tokens.lastElementChild) {
        this.tokens.lastElementChild.remove();
      }
    }

    searchSoon() {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.search(1), WAIT);
    }

    async search(page) {
      if (page > 1 && this.isBusy) return;
      this.isBusy = true;
      const asked = (this.asked = {});
      const url = new URL(this.holder.dataset.endpoint, location.href);
      const words = this.chosen && this.input.value === this.chosen.text ? '' : this.input.value.trim();
      url.searchParams.set('q', words);
      url.searchParams.set('page', page);
      try {
        const answer = await fetch(url, { headers: { Accept: 'application/json' } });
        if (!answer.ok) throw new Error(answer.status);
        const found = await answer.json();
        if (asked === this.asked) this.show(found, page);
      } catch (problem) {
        if (asked === this.asked) this.hint(this.words.failed, true);
      } finally {
        this.isBusy = false;
      }
    }

    show(found, page) {
      this.page = page;
      this.hasMore = found.pagination.more;
      if (page === 1) { this.list.replaceChildren(); this.options = []; }
      this.list.querySelectorAll('.hint').forEach((one) => one.remove());
      for (const one of found.results) {
        const option = element('li', { role: 'option', id: `${this.list.id}-${this.options.length}`, 'aria-selected': 'false' },
          element('span', { dir: 'auto' }, one.text));
        if (one.detail) option.append(element('bdi', { class: 'detail' }, one.detail));
        this.list.append(option);
        this.options.push(one);
      }
      if (!this.options.length) this.hint(this.words.nothing);
      else if (this.hasMore) this.hint(this.words.more);
      if (page === 1) { this.open(); this.activate(this.input.value && this.options.length ? 0 : -1); }
    }

    hint(words, isAlone = false) {
      if (isAlone) { this.list.replaceChildren(); this.options = []; this.open(); }
      this.list.append(element('li', { class: 'hint', role: 'presentation' }, words));
      this.said.textContent = words;
    }

    open() {
      if (document.activeElement !== this.input) return;
      this.list.hidden = false;
      this.list.scrollIntoView({ block: 'nearest' });
      this.input.setAttribute('aria-expanded', 'true');
    }

    close() {
      clearTimeout(this.timer);
      this.asked = null;
      this.list.hidden = true;
      this.active = -1;
      this.input.setAttribute('aria-expanded', 'false');
      this.input.removeAttribute('aria-activedescendant');
    }

    activate(at) {
      const options = [...this.list.querySelectorAll('[role="option"]')];
      if (!options.length) return;
      this.active = at < 0 ? -1 : Math.min(at, options.length - 1);
      options.forEach((one, n) => one.setAttribute('aria-selected', String(n === this.active)));
      if (this.active < 0) { this.input.removeAttribute('aria-activedescendant'); return; }
      options[this.active].scrollIntoView({ block: 'nearest' });
      this.input.setAttribute('aria-activedescendant', options[this.active].id);
    }

    pick(at) {
      this.choose(this.options[at]);
      this.close();
      this.holder.dispatchEvent(new Event('change', { bubbles: true }));
    }

    choose(one) {
      const hidden = element('input', { type: 'hidden', name: this.name, value: one.id });
      if (!this.isSeveral) {
        this.chosen = one;
        this.input.value = one.text;
        this.tokens.replaceChildren(hidden);
        this.clearButton.hidden = false;
        this.clearButton.setAttribute('aria-label', this.words.clear.replace('{}', one.text));
        return;
      }
      this.input.value = '';
      if (this.tokens.querySelector(`input[value="${CSS.escape(one.id)}"]`)) return;
      const remove = element('button', { type: 'button', class: 'clear', 'aria-label': this.words.clear.replace('{}', one.text) }, cross());
      const token = element('span', { class: 'combo-token' }, element('bdi', {}, one.text), remove, hidden);
      remove.addEventListener('click', () => { token.remove(); this.input.focus(); });
      this.tokens.append(token);
    }

    forget() {
      this.chosen = null;
      this.input.value = '';
      this.tokens.replaceChildren();
      this.clearButton.hidden = true;
    }

    // What was typed but not chosen is not sent, so it does not stay to be believed.
    leave() {
      this.close();
      if (this.isSeveral) this.input.value = '';
      else if (!this.input.value.trim()) this.forget();
      else this.input.value = this.chosen ? this.chosen.text : '';
    }
  }

  document.querySelectorAll('[data-combo]').forEach((holder) => new Combobox(holder));
})();
