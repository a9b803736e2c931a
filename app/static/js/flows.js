// Flows: how far a job is, and files that are dropped.
(function () {
  'use strict';
  const PAUSE = 700; // milliseconds between two looks at a job
  const LONG_PAUSE = 4000; // after the connection was lost

  for (const bar of document.querySelectorAll('[data-progress-url]')) {
    const number = new Intl.NumberFormat(document.documentElement.lang, { numberingSystem: 'latn' });
    const show = (state) => {
      const progress = bar.querySelector('progress');
      const words = bar.querySelector(`template[data-stage="${CSS.escape(state.stage || '')}"]`);
      if (words) bar.querySelector('[data-stage-words]').textContent = words.content.textContent;
      const count = bar.querySelector('[data-count]');
      const isStepwise = typeof state.whole === 'number'; // of all its steps, not of the one it is at
      if (isStepwise || state.total) {
        progress.max = isStepwise ? 1 : state.total;
        progress.value = isStepwise ? state.whole : state.done;
      } else progress.removeAttribute('value');
      count.textContent = !state.total ? '' : bar.dataset.of
        .replace('{done}', number.format(state.done)).replace('{total}', number.format(state.total));
    };
    const look = async () => {
      let pause = PAUSE;
      try {
        const answer = await fetch(bar.dataset.progressUrl, { headers: { Accept: 'application/json' } });
        if (!answer.ok) throw new Error(answer.status);
        const state = await answer.json();
        show(state);
        if (state.finished) { location.assign(state.url || location.href); return; }
      } catch (problem) {
        bar.querySelector('[data-stage-words]').textContent = bar.dataset.lost;
        pause = LONG_PAUSE;
      }
      setTimeout(look, pause);
    };
    look();
  }

  // What takes long to work out comes after the page.
  for (const place of document.querySelectorAll('[data-part]')) {
    fetch(place.dataset.part)
      .then((answer) => (answer.ok && !answer.redirected ? answer.text() : Promise.reject(new Error(answer.status))))
      .then((html) => { place.innerHTML = html; })
      .catch(() => { place.querySelector('[data-failed]').hidden = false; })
      .finally(() => place.setAttribute('aria-busy', 'false'));
  }

  for (const zone of document.querySelectorAll('[data-drop]')) {
    const input = zone.querySelector('input[type="file"]');
    const mark = (isOver) => (event) => { event.preventDefault(); zone.classList.toggle('is-over', isOver); };
    zone.addEventListener('dragover', mark(true));
    zone.addEventListener('dragleave', mark(false));
    zone.addEventListener('drop', (event) => {
      mark(false)(event);
      if (event.dataTransfer.files.length) {
        input.files = event.dataTransfer.files;
        input.dispatchEvent(new Event('change', { bubbles: true }));
      }
    });
  }
})();
