import { createInterface } from "node:readline/promises";

/** Asks the person at the terminal. What is typed ahead, or piped in, is kept for the questions that follow. */
export class Terminal {
  #lines = createInterface({ input: process.stdin, output: process.stderr });
  #answers = this.#lines[Symbol.asyncIterator]();

  /** @param {string} text @returns {Promise<string>} the answer; empty where there is none left */
  async ask(text) {
    process.stderr.write(`${text} `);
    const { value } = await this.#answers.next();
    return value?.trim() ?? "";
  }

  close() {
    this.#lines.close();
  }
}
