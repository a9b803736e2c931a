// Charts, each drawn from the table that stands behind it. Without scripts the tables are there.
(function () {
  'use strict';
  const root = document.documentElement;
  const token = (name) => getComputedStyle(root).getPropertyValue(name).trim();
  const state = (name) => {
    const probe = document.createElement('span');
    probe.dataset.state = name;
    probe.className = 'badge';
    probe.hidden = true;
    document.body.append(probe);
    const style = getComputedStyle(probe);
    const found = style.getPropertyValue('--state-ink').trim();
    probe.remove();
    return found;
  };

  const cells = (table) => [...table.tBodies[0].rows].map((row) => [...row.cells]);
  const number = (cell) => (cell && cell.dataset.value ? Number(cell.dataset.value) : null);
  // Labels stand in a drawing that runs from the left: an Arabic one with numbers in it is read from the right.
  const read = (said) => (/[\u0600-\u06ff]/.test(said) ? `\u2067${said}\u2069` : said);
  const text = (cell) => read(cell.textContent.trim());
  const heads = (table) => [...table.tHead.rows[0].cells].map(text);

  function frame(rest) {
    const isRtl = root.dir === 'rtl';
    const words = { color: token('--ink-soft'), fontFamily: getComputedStyle(document.body).fontFamily };
    return {
      animation: false, aria: { enabled: true }, textStyle: words,
      grid: { left: 12, right: 12, top: 28, bottom: 12, containLabel: true },
      tooltip: { renderMode: 'richText', backgroundColor: token('--surface'), borderColor: token('--line-strong'), textStyle: { color: token('--ink') }, ...rest.tooltip },
      ...rest.option(isRtl, words),
    };
  }

  const axis = (more) => ({ axisLine: { lineStyle: { color: token('--line-strong') } }, axisTick: { show: false }, splitLine: { lineStyle: { color: token('--line') } }, axisLabel: { color: token('--ink-soft') }, ...more });

  const broad = innerWidth < 640 ? 130 : 240; // pixels of a department's name at the most

  const charts = {
    trend(table) {
      const rows = cells(table);
      const [, share, lacking] = heads(table);
      return frame({ tooltip: { trigger: 'axis' }, option: (isRtl, words) => ({
        legend: { top: 0, textStyle: words, icon: 'roundRect' },
        xAxis: axis({ type: 'category', inverse: isRtl, data: rows.map((row) => text(row[0])), splitLine: { show: false } }),
        yAxis: [axis({ type: 'value', min: 0, max: 100, position: isRtl ? 'right' : 'left', axisLabel: { color: token('--ink-soft'), hideOverlap: true, formatter: '{value} %' } }),
          axis({ type: 'value', min: 0, position: isRtl ? 'left' : 'right', splitLine: { show: false }, minInterval: 1 })],
        series: [
          { name: share, type: 'line', data: rows.map((row) => number(row[1])), showSymbol: rows.length < 32, symbolSize: 6, lineStyle: { width: 2.5, color: state('valid') }, itemStyle: { color: state('valid') } },
          { name: lacking, type: 'line', yAxisIndex: 1, data: rows.map((row) => number(row[2])), showSymbol: rows.length < 32, symbol: 'rect', symbolSize: 5, lineStyle: { width: 2, type: 'dashed', color: state('expired') }, itemStyle: { color: state('expired') } }],
      }) });
    },
    departments(table) {
      const rows = cells(table).filter((row) => number(row[1]) !== null).reverse();
      return frame({ tooltip: { trigger: 'item' }, height: 40 + rows.length * 30, option: (isRtl) => ({
        xAxis: axis({ type: 'value', min: 0, max: 100, inverse: isRtl, axisLabel: { color: token('--ink-soft'), hideOverlap: true, formatter: '{value} %' } }),
        yAxis: axis({ type: 'category', position: isRtl ? 'right' : 'left', data: rows.map((row) => text(row[0])), splitLine: { show: false }, axisLabel: { color: token('--ink'), width: broad, overflow: 'truncate' } }),
        series: [{ type: 'bar', barMaxWidth: 18, data: rows.map((row) => number(row[1])), itemStyle: { color: state('valid'), borderRadius: 2 }, label: { show: true, position: isRtl ? 'left' : 'right', formatter: '{c} %', color: token('--ink') } }],
      }) });
    },
    weeks: (table) => bars(table, state('expiring_soon')),
    ages: (table) => bars(table, state('in_progress')),
    heat(table) {
      const rows = cells(table).reverse();
      const courses = heads(table).slice(1);
      const found = rows.flatMap((row, y) => row.slice(1).map((cell, x) => [x, y, number(cell)])).filter((one) => one[2] !== null);
      return frame({ tooltip: { position: 'top' }, option: (isRtl) => ({
        xAxis: axis({ type: 'category', inverse: isRtl, data: courses, axisLabel: { color: token('--ink-soft'), rotate: courses.length > 6 ? 45 : 0 }, splitLine: { show: false } }),
        yAxis: axis({ type: 'category', position: isRtl ? 'right' : 'left', data: rows.map((row) => text(row[0])), splitLine: { show: false }, axisLabel: { color: token('--ink'), width: broad, overflow: 'truncate' } }),
        visualMap: { min: 0, max: 100, show: false, inRange: { color: [token('--heat-low'), token('--heat-middle'), token('--heat-high')] } },
        series: [{ type: 'heatmap', data: found, label: { show: true, formatter: (one) => `${Math.round(one.value[2])}`, color: token('--heat-ink') }, itemStyle: { borderColor: token('--surface'), borderWidth: 2, borderRadius: 3 } }],
      }) });
    },
  };

  function bars(table, colour) {
    const rows = cells(table);
    return frame({ tooltip: { trigger: 'item' }, option: (isRtl) => ({
      xAxis: axis({ type: 'category', inverse: isRtl, data: rows.map((row) => text(row[0])), splitLine: { show: false } }),
      yAxis: axis({ type: 'value', min: 0, minInterval: 1, position: isRtl ? 'right' : 'left' }),
      series: [{ type: 'bar', barMaxWidth: 34, data: rows.map((row) => number(row[1])), itemStyle: { color: colour, borderRadius: [2, 2, 0, 0] }, label: { show: true, position: 'top', color: token('--ink'), formatter: (one) => one.value || '' } }],
    }) });
  }

  const drawn = [];
  function draw(figure) {
    const table = figure.querySelector('table');
    const canvas = figure.querySelector('.canvas');
    if (!table || !table.tBodies[0].rows.length || !window.echarts) { figure.querySelector('details').open = true; return; }
    canvas.hidden = false;
    canvas.dataset.rows = String(Math.min(40, table.tBodies[0].rows.length));
    if (['departments', 'heat'].includes(figure.dataset.chart)) canvas.style.blockSize = `${Math.max(200, 90 + table.tBodies[0].rows.length * 30)}px`;
    const chart = window.echarts.init(canvas, null, { renderer: 'svg' });
    chart.setOption(charts[figure.dataset.chart](table));
    chart.on('click', (event) => {
      const links = [...table.querySelectorAll('tbody a')].filter((link) => text(link.closest('tr').cells[0]) === event.name);
      if (figure.dataset.chart !== 'heat' && links[0]) location.assign(links[0].href);
      if (figure.dataset.chart === 'heat' && event.value) {
        const row = [...table.tBodies[0].rows].reverse()[event.value[1]];
        const link = row.cells[event.value[0] + 1].querySelector('a');
        if (link) location.assign(link.href);
      }
    });
    drawn.push([figure, chart]);
  }

  document.querySelectorAll('[data-chart]').forEach(draw);
  addEventListener('resize', () => drawn.forEach(([, chart]) => chart.resize()));
  const again = () => drawn.forEach(([figure, chart]) => chart.setOption(charts[figure.dataset.chart](figure.querySelector('table')), true));
  new MutationObserver(again).observe(root, { attributes: true, attributeFilter: ['data-theme'] });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', again);
  addEventListener('beforeprint', () => drawn.forEach(([figure, chart]) => { chart.resize({ width: 640 }); chart.getZr().flush(); figure.querySelector('details').open = true; }));
  addEventListener('afterprint', () => drawn.forEach(([, chart]) => chart.resize({ width: 'auto' })));
}());
