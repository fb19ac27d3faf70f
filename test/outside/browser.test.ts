import { describeConsole, describeNewUser } from "./browser/console.ts";
import { describeReference } from "./browser/docs.ts";
import { describeLogin } from "./browser/login.ts";
import { describePages } from "./browser/pages.ts";
import { describeSshKeys } from "./browser/sshKeys.ts";
import { describeServerGone, describeTrouble } from "./browser/trouble.ts";
import { startWorld } from "./browser/world.ts";

/** All that a real browser is needed for, on one server, which takes longer to start than most parts take to run. */

const world = startWorld();

describeNewUser(world);
describeConsole(world);
describeSshKeys(world);
describeTrouble(world);
describePages(world);
describeLogin(world);
describeReference(world);
describeServerGone(world);
