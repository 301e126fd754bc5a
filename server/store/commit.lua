#!lua
-- Judges the changes of one call in their order, each by itself, and writes those that stand.
--
-- KEYS, all of one room (one hash tag, so one slot):
--   1 room       hash: "era", the room's own part of its era, and "seq", the number of the last line
--   2 versions   hash: key of a record -> id of the command that put it
--   3 records    hash: key of a record -> its value and indexes as JSON
--   4 log        stream: one entry a line, its id "<seq>-0"
--   then for each change the memory of its command: string "<seq> <answer>", which ends by itself
--   then every list a change touches: sorted set of record keys
-- ARGV:
--   1 the room's part of the era, should the room have none
--   2 how long a command is remembered, in ms
--   3 the number of changes, then for each:
--     the number of arguments that follow for it
--     command id, answer as JSON
--     number of records seen, their keys, their versions ("" for a key that had no record)
--     number of records put, for each: key, value and indexes as JSON ("" removes it),
--       number of lists it leaves, those lists, number of lists it stands in, for each the list and the score
--       (a list is named by its place in KEYS)
--     number of lines, the lines as JSON
-- Returns for each change {"committed", seq}, {"stale"} or {"repeated", "<seq> <answer>"}.
--
-- Versions are command ids, so a change that saw what an earlier, stale one of the call would have put is stale by itself.
-- One that saw what a repeated one put is stale as well: decided again, that may have come out otherwise.
--
-- A change is compared whole before its first write. The "#!lua" line makes Redis refuse the script before it begins
-- when memory is full, instead of in the middle.

local room, versions, records, log = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local memory_ms = ARGV[2]
local at = 3 -- the argument read last
local most = 1000 -- arguments of one command: Lua's stack is small

local function take()
  at = at + 1
  return ARGV[at]
end

local function count()
  return tonumber(take())
end

local function whole(number)
  return string.format('%.0f', number)
end

local repeated = {} -- commands of this call that had been committed before

local function stale()
  local seen = count()
  local first = at + 1
  at = at + 2 * seen
  for from = 0, seen - 1, most do
    local upto = math.min(from + most, seen) - 1
    local found = redis.call('HMGET', versions, unpack(ARGV, first + from, first + upto))
    for offset = from, upto do
      local version = ARGV[first + seen + offset]
      if (found[offset - from + 1] or '') ~= version or repeated[version] then return true end
    end
  end
  return false
end

local function put(version)
  local key, record = take(), take()
  if record == '' then
    redis.call('HDEL', versions, key)
    redis.call('HDEL', records, key)
  else
    redis.call('HSET', versions, key, version)
    redis.call('HSET', records, key, record)
  end
  for _ = 1, count() do redis.call('ZREM', KEYS[count()], key) end
  for _ = 1, count() do
    local list, score = KEYS[count()], take()
    redis.call('ZADD', list, score, key)
  end
end

redis.call('HSETNX', room, 'era', ARGV[1])
local info = redis.pcall('INFO', 'server')
local process = type(info) == 'string' and string.match(info, 'run_id:(%w+)') or ''
local era = redis.call('HGET', room, 'era') .. '-' .. string.sub(process, 1, 12)
local seq = tonumber(redis.call('HGET', room, 'seq') or 0)

local function judge(memory)
  local command, answer = take(), take()
  local before = redis.call('GET', memory)
  if before then
    repeated[command] = true
    return { 'repeated', before }
  end
  if stale() then return { 'stale' } end
  for _ = 1, count() do put(command) end
  for _ = 1, count() do
    seq = seq + 1
    redis.call('XADD', log, whole(seq) .. '-0', 'era', era, 'told', take())
  end
  redis.call('HSET', room, 'seq', whole(seq))
  redis.call('SET', memory, whole(seq) .. ' ' .. answer, 'PX', memory_ms)
  return { 'committed', seq }
end

local outcomes = {}
for change = 1, tonumber(ARGV[3]) do
  local length = count()
  local last = at + length
  outcomes[change] = judge(KEYS[4 + change])
  at = last
end
return outcomes
