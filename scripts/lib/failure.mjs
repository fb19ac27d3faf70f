/** Something that the person at the terminal can mend: its message is shown as one line, without a stack. */
export class Failure extends Error {}
