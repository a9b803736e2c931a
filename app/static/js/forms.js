// Forms: nothing typed is lost by accident, and nothing is sent twice.
(function () {
  'use strict';
  const summary = document.querySelector('[data-focus]');
  if (summary) summary.focus();

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
