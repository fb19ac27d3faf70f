import { emptyDatabase } from "./seed";

await emptyDatabase();
