import { BaseSequencer, type TestSpecification } from "vitest/node";

const LONG = /\/(model|transfer|browser|doctor|start)\.test\.ts$/;

/**
 * Starts the longest files first, so that no core has nothing to do in the end; vitest itself knows them only from an earlier
 * run. Of the others those of one project stand together, as its runtime then starts once per worker.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ project, moduleId }: TestSpecification) =>
      (LONG.test(moduleId) ? 0 : 2) + (project.name === "workerd" ? 0 : 1);
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}
