import { version } from "../../package.json";
import { json, type Reply } from "./reply";

/** `GET /{service}/api/v1/status`, as PrivX's services answer it to everybody. */
export const status = (): Reply =>
  json({
    variant: "veridge",
    version: version,
    api_version: "v1",
    status: "OK",
    status_message: "OK",
  });
