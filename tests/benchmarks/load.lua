-- One operation for wrk: METHOD, TARGET with {id} for a random line of IDS, TOKENS for a random bearer, BODY, HEADERS.
local function lines(name)
  local found = {}
  if name and name ~= "" then
    for line in io.lines(name) do found[#found + 1] = line end
  end
  return found
end

local ids, tokens, body = {}, {}, os.getenv("BODY") or ""

function init()
  math.randomseed(tonumber(os.getenv("SEED") or "1"))
  ids, tokens = lines(os.getenv("IDS")), lines(os.getenv("TOKENS"))
  wrk.method = os.getenv("METHOD") or "GET"
  if body ~= "" then wrk.headers["Content-Type"] = "application/json" end
  for name, value in string.gmatch(os.getenv("HEADERS") or "", "([^:\n]+): ([^\n]*)") do wrk.headers[name] = value end
end

function request()
  local target = os.getenv("TARGET")
  if #ids > 0 then target = target:gsub("{id}", ids[math.random(#ids)]) end
  if #tokens > 0 then wrk.headers["Authorization"] = "Bearer " .. tokens[math.random(#tokens)] end
  return wrk.format(nil, target, nil, body ~= "" and body or nil)
end

function done(summary, latency)
  io.write(string.format('RESULT {"requests": %d, "seconds": %f, "bytes": %d, "refused": %d, "broken": %d, "p50": %f, "p99": %f}\n',
    summary.requests, summary.duration / 1e6, summary.bytes, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
