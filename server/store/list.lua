#!lua flags=no-writes
-- A page of a list with its records, lowest score first, then by key.
--
-- KEYS: 1 the list, 2 versions, 3 records (see commit.lua)
-- ARGV: 1 how many at most, 2 the highest score, 3 and 4 score and key of the last item of the page before, if any
-- Returns key, score, version and record of each item, one after another.

local list, limit = KEYS[1], tonumber(ARGV[1])
if limit < 1 then return {} end

-- As Redis orders members: by their bytes. Lua's own comparison follows the machine's locale.
local function follows(one, other)
  for at = 1, math.min(#one, #other) do
    local difference = string.byte(one, at) - string.byte(other, at)
    if difference ~= 0 then return difference > 0 end
  end
  return #one > #other
end

-- The rank of the first item after (score, key), which may have left the list since its page was read.
local function rank_after(score, key)
  local standing = redis.call('ZSCORE', list, key)
  if standing and tonumber(standing) == tonumber(score) then return redis.call('ZRANK', list, key) + 1 end
  local low = redis.call('ZCOUNT', list, '-inf', '(' .. score)
  local high = redis.call('ZCOUNT', list, '-inf', score)
  while low < high do
    local middle = math.floor((low + high) / 2)
    if follows(redis.call('ZRANGE', list, middle, middle)[1], key) then high = middle else low = middle + 1 end
  end
  return low
end

local first = ARGV[3] and rank_after(ARGV[3], ARGV[4]) or 0
local items = redis.call('ZRANGE', list, first, first + limit - 1, 'WITHSCORES')
local highest = ARGV[2] == '+inf' and math.huge or tonumber(ARGV[2])
local found = {}
for item = 1, #items, 2 do
  local key, score = items[item], items[item + 1]
  if tonumber(score) > highest then break end
  found[#found + 1] = key
  found[#found + 1] = score
  found[#found + 1] = redis.call('HGET', KEYS[2], key)
  found[#found + 1] = redis.call('HGET', KEYS[3], key)
end
return found
