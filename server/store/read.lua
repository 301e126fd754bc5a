#!lua flags=no-writes
-- Records as one consistent picture, with the time.
--
-- KEYS: 1 versions, 2 records (see commit.lua)
-- ARGV: the keys of the records
-- Returns { seconds, microseconds, versions, records }, false for a key that has no record.

local function all(hash)
  local found = {}
  for from = 1, #ARGV, 1000 do
    local part = redis.call('HMGET', hash, unpack(ARGV, from, math.min(from + 999, #ARGV)))
    for offset = 1, #part do found[from + offset - 1] = part[offset] end
  end
  return found
end

local time = redis.call('TIME')
return { time[1], time[2], all(KEYS[1]), all(KEYS[2]) }
