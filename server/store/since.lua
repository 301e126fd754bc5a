#!lua flags=allow-oom
-- Where a room's log stands, and its lines after a cursor.
--
-- KEYS: 1 room (see commit.lua), 2 log
-- ARGV: 1 the room's part of the era, should the room have none
--       2 the cursor's era, 3 the cursor's seq, 4 how many lines at most
--       5 'all' of the lines, or the 'first' of them
-- Returns { era, seq, entries }; entries is nil where the cursor is none of this log's, and where all are asked for and
-- more lines follow it.
--
-- An era names the room's own life and the Redis process that keeps it: another process (a restart, a failover) may have
-- lost what the one before acknowledged, and gives the lost numbers again.

redis.call('HSETNX', KEYS[1], 'era', ARGV[1])
local info = redis.pcall('INFO', 'server')
local process = type(info) == 'string' and string.match(info, 'run_id:(%w+)') or ''
local era = redis.call('HGET', KEYS[1], 'era') .. '-' .. string.sub(process, 1, 12)
local seq = tonumber(redis.call('HGET', KEYS[1], 'seq') or 0)
local after, limit = tonumber(ARGV[3]), tonumber(ARGV[4])

if ARGV[2] ~= era or after > seq then return { era, seq } end
if ARGV[5] == 'all' and seq - after > limit then return { era, seq } end
local last = math.min(seq, after + limit)
if after == last then return { era, seq, {} } end
return { era, seq, redis.call('XRANGE', KEYS[2], string.format('%.0f-0', after + 1), string.format('%.0f-0', last)) }
