// Forms: nothing typed is lost by accident, and nothing is sent twice.
(function () {
  'use strict';
  const summary = document.querySelector('[data-focus]');
  if (summary) summary.focus();

  // A button that says how many are chosen: 'Enrol 12 people'.
  for (const button of document.querySelectorAll('[data-counts]')) {
    const words = JSON.parse(button.dataset.forms);
    const lang = document.documentElement.lang;
    const rules = new Intl.PluralRules(lang);
    const number = new Intl.NumberFormat(lang, { numberingSystem: 'latn' });
    const show = () => {
      const count = button.form.querySelectorAll(`input[type="hidden"][name="${button.dataset.counts}"]`).length;
      const said = count ? words[rules.select(count)].replace('{}', number.format(count)) : button.dataset.none;
      if (button.textContent !== said) button.textContent = said; // a change of its own words would be seen again
    };
    addEventListener('load', () => {
      show();
      new MutationObserver(show).observe(button.form, { childList: true, subtree: true, characterData: false });
    });
  }

  // A colour can be typed, or chosen.
  for (const picker of document.querySelectorAll('[data-colour-for]')) {
    const input = document.getElementById(picker.dataset.colourFor);
    const follow = () => { if (/^#[0-9a-f]{6}$/i.test(input.value)) picker.value = input.value; };
    follow();
    input.addEventListener('input', follow);
    picker.addEventListener('input', () => {
      input.value = picker.value;
      document.documentElement.style.setProperty('--accent', picker.value);
    });
  }

  for (const form of document.querySelectorAll('form[data-guard]')) {
    const typed = () => new URLSearchParams(new FormData(form)).toString();
    let before = null;
    let isSent = false;
    // After the comboboxes have put their fields in place.
    addEventListener('load', () => { before = typed(); });
    addEventListener('beforeunload', (event) => {
      if (before !== null && !isSent && typed() !== before) event.preventDefault();
    });
    form.addEventListener('submit', (event) => {
      if (isSent) event.preventDefault();
      isSent = true;
    });
    addEventListener('pageshow', () => { isSent = false; });
  }
})();
