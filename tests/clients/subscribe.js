// The published client of graphql-transport-ws, led by lines of JSON: what is done comes in, what happens goes out.
//
//   node subscribe.js WS_URL '{"authorization": "Bearer …"}'
//   {"do": "subscribe", "name": "a", "query": "subscription { … }", "variables": {}}   {"do": "complete", "name": "a"}
import { createInterface } from "node:readline";
import { createClient } from "graphql-ws";
import WebSocket from "ws";

const [url, payload] = process.argv.slice(2);
const tell = (event, more) => console.log(JSON.stringify({ event, ...more }));
const ends = new Map();

const client = createClient({
  url,
  connectionParams: JSON.parse(payload),
  webSocketImpl: WebSocket,
  lazy: false,
  retryAttempts: 0,
  onNonLazyError: () => {}, // `closed` has told it
  on: {
    connected: () => tell("connected"),
    closed: (event) => tell("closed", { code: event.code }),
    message: (message) => tell("message", { type: message.type }),
  },
});

createInterface({ input: process.stdin })
  .on("line", (line) => {
    const { do: what, name, query, variables } = JSON.parse(line);
    if (what === "complete") return ends.get(name)();
    const end = client.subscribe(
      { query, variables },
      {
        next: (result) => tell("next", { name, result }),
        error: (error) => tell("error", { name, errors: Array.isArray(error) ? error : [], code: error.code }),
        complete: () => tell("complete", { name }),
      },
    );
    ends.set(name, end);
  })
  .on("close", () => client.dispose());
