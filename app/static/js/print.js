// A button that prints the page.
(function () {
  'use strict';
  for (const button of document.querySelectorAll('[data-print]')) button.addEventListener('click', () => window.print());
}());
