import { version } from "../../package.json";

/** `GET /{service}/api/v1/status`, as PrivX's services answer it to everybody. */
export const status = (): Response =>
  Response.json({
    variant: "veridge",
    version: version,
    api_version: "v1",
    status: "OK",
    status_message: "OK",
  });
