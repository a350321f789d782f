// Verifies and reads messages with the libraries of JavaScript. usage: verify.mjs FOLDER SECRETS
import { readFileSync, readdirSync } from "node:fs";
import { HTTP } from "cloudevents";
import { Webhook } from "standardwebhooks";

const [folder, file] = process.argv.slice(2);
const secrets = readFileSync(file, "utf8").split(/\s+/).filter((s) => s !== "");
for (const name of readdirSync(folder).filter((n) => n.endsWith(".json")).sort()) {
  const request = JSON.parse(readFileSync(`${folder}/${name}`, "utf8"));
  for (const secret of secrets) new Webhook(secret).verify(request.body, request.headers);
  const event = HTTP.toEvent({ headers: request.headers, body: request.body });
  console.log([event.id, event.type, event.source, event.subject, event.time, event.region ?? "", event.sequence,
    event.data.rules.join(","), event.data.event.eventId, event.data.event.record].join("|"));
}
