// GraphiQL on this site's own endpoint. What the headers tab says goes with requests, and opens the socket.
const { createElement } = React;
let headers = {};

const socket = graphqlWs.createClient({
  url: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/graphql`,
  connectionParams: () => headers,
});
const ask = GraphiQL.createFetcher({ url: "/graphql", wsClient: socket });
const explorer = GraphiQLPluginExplorer.explorerPlugin();

function fetcher(parameters, options) {
  headers = options?.headers ?? {};
  return ask(parameters, options);
}

const page = createElement(GraphiQL, {
  fetcher,
  plugins: [explorer],
  defaultQuery: "{\n  jobs {\n    edges {\n      node {\n        id\n        title\n      }\n    }\n  }\n}\n",
});
ReactDOM.createRoot(document.getElementById("graphiql")).render(page);
