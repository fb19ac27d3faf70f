import { BaseSequencer, type TestSpecification } from "vitest/node";

const LONG = /\/(model|faults|browser|transfer|doctor|start)\.test\.ts$/;

/**
 * Starts the longest files of each project first, so that no core has nothing to do in the end; vitest itself knows them only from an
 * earlier run. The files of one project stand together, as its runtime then starts once per worker.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ project, moduleId }: TestSpecification) =>
      (project.name === "workerd" ? 0 : 2) + (LONG.test(moduleId) ? 0 : 1);
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}
