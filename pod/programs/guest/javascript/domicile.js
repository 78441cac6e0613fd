// What apps in JavaScript are given as `require("domicile")`: the twin of pod/sdk, for apps alone.
const domicile = (() => {
  class Denied extends Error {
    get name() { return "Denied"; }
  }

  /** An answer: `columns`, `rows` (arrays), `facts`; iterating gives rows as objects. */
  class Table {
    constructor({ columns, rows, ...facts }) {
      Object.assign(this, { columns, rows, facts });
    }
    get length() { return this.rows.length; }
    column(name) {
      const at = this.columns.indexOf(name);
      if (at < 0) throw new RangeError(`there is no column ${name}`);
      return this.rows.map((row) => row[at]);
    }
    *[Symbol.iterator]() {
      for (const row of this.rows) yield Object.fromEntries(this.columns.map((name, n) => [name, row[n]]));
    }
  }

  /** The fields of your schema, and views in the order in which the page shows them. */
  class Result {
    constructor(fields = {}) {
      this.fields = fields;
      this.views = [];
    }
    show(...views) {
      this.views.push(...views);
      return this;
    }
    toJSON() { return { ...this.fields, views: this.views }; }
  }

  const finite = (value, what) => {
    if (value !== null && !Number.isFinite(value)) throw new RangeError(`${what}: ${value} is not a finite number`);
    return value;
  };
  const series = (x, given) => {
    const pairs = Array.isArray(given) ? given : Object.entries(given);
    return pairs.map(([name, values]) => {
      if (values.length !== x.length) throw new RangeError(`${name} has ${values.length} values, there are ${x.length} x`);
      return { name, values: values.map((value) => finite(value, "values")) };
    });
  };
  const chart = (type) => (question, x, given, unit = "", more = {}) =>
    ({ type, question, x, series: series(x, given), unit, ...more });

  const views = {
    figure: (question, value, unit = "", more = {}) => ({ type: "figure", question, value: finite(value, "value"), unit, ...more }),
    line: chart("line"),
    bar: chart("bar"),
    stacked: chart("stacked"),
    heatmap: (question, rows, columns, values, unit = "", more = {}) =>
      ({ type: "heatmap", question, rows, columns, values: values.map((row) => row.map((v) => finite(v, "values"))), unit, ...more }),
    column: (title, kind = "text", decimals) => ({ title, kind, ...(decimals === undefined ? {} : { decimals }) }),
    table: (question, columns, rows, more = {}) => ({ type: "table", question, columns, rows, ...more }),
    text: (question, ...paragraphs) => ({ type: "text", question, paragraphs }),
    place: (name, latitude, longitude, value = null) =>
      ({ name, at: [finite(latitude, "latitude"), finite(longitude, "longitude")], value: finite(value, "value") }),
    path: (name, points) => ({ name, points }),
    map: (question, places = [], paths = [], unit = "", more = {}) => ({ type: "map", question, places, paths, unit, ...more }),
    group: (question, ...inner) => ({ type: "group", question, views: inner }),
    choice: (question, options, more = {}) =>
      ({ type: "choice", question, options: Object.entries(options).map(([label, view]) => ({ label, view })), ...more }),
  };

  return Object.freeze({ Denied, Table, Result, views: Object.freeze(views), said: (fr, en) => ({ fr, en }) });
})();
