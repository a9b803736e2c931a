// Before the first paint: the theme, the tenant's colour, and how this person likes their lists.
(function () {
  'use strict';
  var root = document.documentElement;
  root.dataset.scripts = 'yes';
  function kept(name) {
    try { return localStorage.getItem(name) || ''; } catch (refused) { return ''; }
  }
  var theme = kept('theme');
  if (theme) root.dataset.theme = theme;
  var density = kept('density');
  if (density) root.dataset.density = density;
  var accent = document.querySelector('meta[name="accent"]');
  if (accent) root.style.setProperty('--accent', accent.content);

  // Hidden columns are rules in a sheet of their own, so that a table never jumps.
  var sheet = new CSSStyleSheet();
  document.adoptedStyleSheets = [sheet];
  window.trainflow = {
    kept: kept,
    hidden: function (list) { return kept('columns:' + list).split(' ').filter(Boolean); },
    keep: function (name, value) { try { localStorage.setItem(name, value); } catch (refused) { /* not kept */ } },
    hideColumns: function () {
      var rules = [];
      for (var i = 0; i < localStorage.length; i++) {
        var name = localStorage.key(i);
        if (name.indexOf('columns:') !== 0) continue;
        this.hidden(name.slice(8)).forEach(function (column) {
          rules.push('[data-list="' + CSS.escape(name.slice(8)) + '"] [data-column="' + CSS.escape(column) + '"]{display:none!important}');
        });
      }
      sheet.replaceSync(rules.join('\n'));
    },
  };
  try { window.trainflow.hideColumns(); } catch (refused) { /* no storage: all columns show */ }
})();
