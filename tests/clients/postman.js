// Makes a Postman collection of an OpenAPI document and runs it against a site: every answer is one of those documented.
//
//   node postman.js DOCUMENT.json BASE_URL TOKEN
import { readFileSync } from "node:fs";
import newman from "newman";
import converter from "openapi-to-postmanv2";

const [file, base, token] = process.argv.slice(2);
const document = JSON.parse(readFileSync(file, "utf8"));
document.servers = [{ url: base }];

const collection = await new Promise((resolve, reject) => {
  const options = { folderStrategy: "Tags", requestParametersResolution: "Example", includeAuthInfoInExample: false };
  converter.convertV2({ type: "json", data: document }, options, (error, result) =>
    error || !result.result ? reject(error ?? new Error(result.reason)) : resolve(result.output[0].data),
  );
});

// What ends the session that all the others use is left out.
const LEAVING = /signout|users\/me$|users\/me\/sessions|users\/me\/password/;
let requests = 0;

function prepare(items) {
  return items.flatMap((item) => {
    if (item.item) return [{ ...item, item: prepare(item.item) }];
    const path = "/" + item.request.url.path.join("/");
    const method = item.request.method;
    if (LEAVING.test(path) && method !== "GET" && method !== "PATCH") return [];
    requests += 1;
    const codes = [...new Set(item.response.map((answer) => answer.code))];
    const exec = [
      `pm.test("${method} ${path} answers what is documented", () => pm.expect(${JSON.stringify(codes)}).to.include(pm.response.code));`,
      `pm.test("${method} ${path} names its version", () => pm.expect(pm.response.headers.get("Api-Version")).to.equal("2"));`,
    ];
    return [{ ...item, response: [], event: [{ listen: "test", script: { type: "text/javascript", exec } }] }];
  });
}

collection.item = prepare(collection.item);
collection.auth = { type: "bearer", bearer: [{ key: "token", value: token, type: "string" }] };
newman.run({ collection, reporters: [] }, (error, summary) => {
  if (error) throw error;
  const failures = summary.run.failures.map((one) => `${one.source?.name}: ${one.error.message}`);
  console.log(JSON.stringify({ requests, asked: summary.run.stats.requests.total, asserted: summary.run.stats.assertions.total, failures }));
  process.exit(failures.length ? 1 : 0);
});
