/** What an operator has to know of a migration, line by line. Nobody's secret stands in it. */
export class Report {
  /** What is not taken over. @type {string[]} */
  refused = [];
  /** What is taken over, but does not mean the same here. @type {string[]} */
  differences = [];

  /** @param {string} line */
  refuse(line) {
    this.refused.push(line);
  }

  /** @param {string} line */
  differ(line) {
    this.differences.push(line);
  }

  toString() {
    const list = (/** @type {string} */ title, /** @type {string[]} */ lines) =>
      `${title} (${lines.length}):\n${lines.map((line) => `  - ${line}\n`).join("")}`;
    return `${list("Refused", this.refused)}\n${list("Different here", this.differences)}`;
  }
}

/** @param {number} ms */
export const day = (ms) => new Date(ms).toISOString();
