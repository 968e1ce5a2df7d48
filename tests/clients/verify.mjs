// Reads {secret, headers, body} and verifies it by the published libraries. For tests/webhooks/test_examples.py.
import { readFileSync } from "node:fs";
import { Webhook as Standard } from "standardwebhooks";
import { Webhook as Svix } from "svix";

const { secret, headers, body } = JSON.parse(readFileSync(0, "utf8"));
const verdicts = [Standard, Svix].map((Library) => {
  try {
    return new Library(secret).verify(body, headers).id;
  } catch (error) {
    return error.constructor.name;
  }
});
console.log(JSON.stringify(verdicts));
