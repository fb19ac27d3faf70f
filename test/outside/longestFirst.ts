import { BaseSequencer, type TestSpecification } from "vitest/node";

const LONG = /\/(model|faults|browser|transfer|doctor|start)\.test\.ts$/;

/** Starts the longest files first, so that no core has nothing to do in the end. Vitest itself knows them only from an earlier run. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { long = [], short = [] } = Object.groupBy(await super.sort(files), ({ moduleId }) =>
      LONG.test(moduleId) ? "long" : "short",
    );
    return [...long, ...short];
  }
}
